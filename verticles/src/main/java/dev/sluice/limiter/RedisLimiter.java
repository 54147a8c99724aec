package dev.sluice.limiter;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.limiter.Decision.Outcome;
import dev.sluice.platform.redis.RedisLine;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * One call to Redis a decision. The script reads and refills the bucket by Redis's own clock, so
 * the clocks of the nodes play no part, takes the tokens if they are there, and writes the bucket
 * back with a time to live; a refused request takes nothing, so a client over its limit recovers.
 *
 * <p>Make one an event loop: it uses that loop's connection. The buckets for the time without Redis
 * are shared by all loops of a node.
 */
public final class RedisLimiter implements Limiter {
  private static final String SCRIPT = script();
  private static final String SHA = sha1(SCRIPT);

  private final RedisLine redis;
  private final Time time;
  private final LocalBuckets local;

  /** The buckets of one node while Redis is away; bounded, and forgotten after an idle hour. */
  public static final class LocalBuckets {
    static final int MOST = 100_000;
    private final Cache<String, TokenBucket> buckets;

    public LocalBuckets(Time time) {
      buckets =
          Caffeine.newBuilder()
              .maximumSize(MOST)
              .expireAfterAccess(Duration.ofHours(1))
              .ticker(time::nanos)
              .executor(Runnable::run)
              .build();
    }

    Decision take(Policy policy, String key, int cost, long nanos) {
      return buckets.get(key, k -> new TokenBucket(policy, nanos)).take(cost, nanos);
    }

    long size() {
      return buckets.estimatedSize();
    }
  }

  public RedisLimiter(RedisLine redis, Time time, LocalBuckets local) {
    this.redis = redis;
    this.time = time;
    this.local = local;
  }

  @Override
  public Future<Decision> take(Policy policy, String client, int cost) {
    if (policy.unlimited()) {
      return Future.succeededFuture(new Decision(policy, Outcome.ALLOWED, Long.MAX_VALUE, 0, 0));
    }
    // The braces are the hash tag: all of a client's buckets live on one node of a Redis cluster.
    String key = "sluice:limit:{" + client + "}:" + policy.name();
    return evaluate(Command.EVALSHA, SHA, policy, key, cost)
        .recover(
            failure ->
                failure instanceof ErrorType error && error.is("NOSCRIPT")
                    ? evaluate(Command.EVAL, SCRIPT, policy, key, cost)
                    : Future.failedFuture(failure))
        .map(answer -> decision(policy, answer))
        .otherwise(failure -> withoutRedis(policy, key, cost));
  }

  private Future<Response> evaluate(
      Command how, String script, Policy policy, String key, int cost) {
    return redis.send(
        Request.cmd(how)
            .arg(script)
            .arg(1)
            .arg(key)
            .arg(policy.rate())
            .arg(policy.burst())
            .arg(cost));
  }

  private static Decision decision(Policy policy, Response answer) {
    return new Decision(
        policy,
        answer.get(0).toInteger() == 1 ? Outcome.ALLOWED : Outcome.DENIED,
        answer.get(1).toLong(),
        answer.get(2).toLong(),
        answer.get(3).toLong());
  }

  private Decision withoutRedis(Policy policy, String key, int cost) {
    return switch (policy.onRedisLoss()) {
      case LOCAL -> local.take(policy, key, cost, time.nanos());
      case OPEN -> new Decision(policy, Outcome.ALLOWED, policy.burst(), 0, 0);
      case CLOSED -> new Decision(policy, Outcome.UNKNOWN, 0, 1000, 1000);
    };
  }

  private static String script() {
    try (InputStream in = RedisLimiter.class.getResourceAsStream("token_bucket.lua")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha1(String script) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(script.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }
}
