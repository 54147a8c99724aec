package dev.sluice.platform.redis;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to Redis for one event loop. Make it and use it on that loop only.
 *
 * <p>A circuit breaker stands in front: after some failures in a row commands fail at once, without
 * waiting, until after a pause a PING of our own has shown that the server is back; no caller's
 * command is spent on trying. When the breaker opens the connection is thrown away, because the
 * server at its other end may hang and never close it.
 */
public final class RedisLine {
  private static final Logger LOG = LoggerFactory.getLogger(RedisLine.class);
  private static final Duration SOON = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final RedisConfig config;
  private final CircuitBreaker breaker;
  private Redis client;
  private Future<RedisConnection> connection;
  private int inFlight;
  private boolean closed;

  /** Connects with the first command; call on the event loop that will use it. */
  public RedisLine(Vertx vertx, RedisConfig config) {
    this.vertx = vertx;
    this.config = config;
    this.breaker =
        CircuitBreaker.create(
                "redis",
                vertx,
                new CircuitBreakerOptions()
                    .setMaxFailures(config.failures())
                    .setTimeout(config.timeout().toMillis())
                    .setResetTimeout(config.pause().toMillis())
                    .setNotificationAddress(null))
            .openHandler(opened -> drop())
            .halfOpenHandler(paused -> ping());
  }

  /**
   * Sends one command. Fails with UNAVAILABLE when Redis cannot be asked now, and with the server's
   * own error when it answered with one.
   */
  public Future<Response> send(Request command) {
    if (closed || inFlight >= config.maxInFlight()) {
      return Future.failedFuture(unavailable("is asked too much at once"));
    }
    inFlight++;
    return breaker
        .<Object>execute(
            done ->
                connected()
                    .compose(c -> c.send(command))
                    .<Object>map(response -> response)
                    .recover(RedisLine::answerOfTheServer)
                    .onComplete(done))
        .transform(
            (answer, failure) -> {
              inFlight--;
              if (failure != null) {
                return Future.failedFuture(unavailable("does not answer"));
              }
              return answer instanceof ErrorType error
                  ? Future.failedFuture(error)
                  : Future.succeededFuture((Response) answer);
            });
  }

  /** Succeeds when Redis answers. */
  public Future<Void> ping() {
    return send(Request.cmd(io.vertx.redis.client.Command.PING)).mapEmpty();
  }

  /** Closes the connection; commands fail from now on. */
  public void close() {
    closed = true;
    breaker.close();
    drop();
  }

  /** An error Redis itself answers shows that it is there: it must not open the breaker. */
  private static Future<Object> answerOfTheServer(Throwable failure) {
    return failure instanceof ErrorType error
            && !error.getMessage().startsWith("CONNECTION_CLOSED")
            && !error.getMessage().startsWith("LOADING")
        ? Future.succeededFuture(error)
        : Future.failedFuture(failure);
  }

  private Future<RedisConnection> connected() {
    if (connection != null && !connection.failed()) {
      return connection;
    }
    client = Redis.createClient(vertx, options());
    Redis mine = client;
    connection =
        client
            .connect()
            .onSuccess(
                c -> {
                  c.exceptionHandler(e -> lost(mine));
                  c.endHandler(end -> lost(mine));
                })
            .onFailure(e -> lost(mine));
    return connection;
  }

  private void lost(Redis which) {
    if (client == which) {
      LOG.debug("the connection to redis is gone");
      drop();
    }
  }

  private void drop() {
    connection = null;
    if (client != null) {
      Redis old = client;
      client = null;
      old.close();
    }
  }

  private RedisOptions options() {
    return new RedisOptions()
        .setConnectionString(config.uri())
        .setMaxPoolSize(1)
        .setMaxPoolWaiting(1)
        .setPoolRecycleTimeout(-1)
        .setMaxWaitingHandlers(config.maxInFlight())
        .setNetClientOptions(
            new NetClientOptions()
                .setConnectTimeout((int) config.timeout().toMillis())
                .setTcpNoDelay(true));
  }

  private static Failure unavailable(String why) {
    return Problem.UNAVAILABLE.because("redis " + why).retryAfter(SOON);
  }
}
