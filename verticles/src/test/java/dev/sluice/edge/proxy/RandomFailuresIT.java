package dev.sluice.edge.proxy;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Targets that fail and are slow at random, behind retries, hedging and a bulkhead, and clients
 * that go away: each request is answered once, nothing stays under way, and the targets are asked
 * no more often than the budget allows.
 */
class RandomFailuresIT {
  private static final int REQUESTS = 600;
  private static final int AT_ONCE = 30;
  private static final int BUDGET = 20; // percent
  private static final int ANYWAY = 30; // in ten seconds

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger arrived = new AtomicInteger();
  private final AtomicInteger resets = new AtomicInteger();
  private ProxyBench gateway;
  private Random random;

  @AfterEach
  void close() throws Exception {
    if (gateway != null) {
      gateway.close();
    }
    await(vertx.close());
  }

  private synchronized int draw(int bound) {
    return random.nextInt(bound);
  }

  private String target() throws Exception {
    return "http://127.0.0.1:"
        + await(vertx.createHttpServer().requestHandler(this::serve).listen(0, "127.0.0.1"))
            .actualPort();
  }

  private void serve(HttpServerRequest request) {
    arrived.incrementAndGet();
    request.response().exceptionHandler(gone -> {});
    int draw = draw(100);
    if (draw < 50) {
      request.response().end("whole");
    } else if (draw < 70) {
      vertx.setTimer(1 + draw(150), late -> request.response().end("whole"));
    } else if (draw < 82) {
      request.response().setStatusCode(503).end("poor");
    } else if (draw < 92) {
      resets.incrementAndGet();
      request.connection().close();
    } else if (draw < 96) {
      request.response().putHeader("Content-Length", "100").write("half");
      vertx.setTimer(5, later -> request.connection().close());
    } // else nothing at all
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 0})
  void nothingIsLostAndNothingStays(long given) throws Exception {
    long seed = given == 0 ? System.nanoTime() : given;
    System.out.println("RandomFailuresIT: seed " + seed);
    random = new Random(seed);
    gateway =
        ProxyBench.open(
            vertx,
            """
            upstreams:
              both:
                targets: [{url: "%s"}, {url: "%s"}]
                breaker: {failures: 0}
                health: {eject_after: 0}
                max_in_flight: 36
            routes:
              all:
                match: {paths: ["/*"]}
                upstream: both
                timeout: 400ms
                hedge: {after: 20ms}
                retry: {attempts: 2, per_try: 200ms, budget: %d}
            """
                .formatted(target(), target(), BUDGET));
    Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    long begun = System.nanoTime();
    Promise<Void> all = Promise.promise();
    AtomicInteger left = new AtomicInteger(REQUESTS);
    AtomicInteger ended = new AtomicInteger();
    var client =
        vertx.createHttpClient(
            new HttpClientOptions().setIdleTimeout(20),
            new PoolOptions().setHttp1MaxSize(2 * AT_ONCE));
    for (int i = 0; i < AT_ONCE; i++) {
      next(client, left, ended, answers, all);
    }
    await(all.future());
    double seconds = (System.nanoTime() - begun) / 1e9;
    System.out.println(
        "%s, %d asked, %d resets, %.1f s".formatted(answers, arrived.get(), resets.get(), seconds));
    assertThat(answers.values().stream().mapToInt(AtomicInteger::get).sum()).isEqualTo(REQUESTS);
    assertThat(answers.keySet()).isSubsetOf("200 whole", "503", "502", "504", "cut", "gone");
    assertThat(answers.get("200 whole").get()).isGreaterThan(REQUESTS / 3);
    assertThat(gateway.defects()).as("seed %d", seed).isEmpty();
    Waiting.until(
        "nothing is under way", Duration.ofSeconds(10), () -> gateway.inFlight("both") == 0);
    double windows = 1 + Math.floor(seconds / 10);
    assertThat(arrived.get())
        .as("each once, what the budget gives, and what met a connection that was just closed")
        .isLessThanOrEqualTo(
            (int) (REQUESTS + windows * ANYWAY + REQUESTS * BUDGET / 100.0) + resets.get());
  }

  private void next(
      io.vertx.core.http.HttpClient client,
      AtomicInteger left,
      AtomicInteger ended,
      Map<String, AtomicInteger> answers,
      Promise<Void> all) {
    if (left.getAndDecrement() <= 0) {
      return;
    }
    boolean leaves = draw(20) == 0;
    client
        .request(
            draw(3) == 0 ? HttpMethod.DELETE : HttpMethod.GET, gateway.port(), "127.0.0.1", "/x")
        .compose(request -> leaves ? leave(request) : asked(request))
        .otherwise(failure -> leaves ? "gone" : "cut")
        .onComplete(
            told -> {
              answers
                  .computeIfAbsent(
                      told.succeeded() ? told.result() : told.cause().toString(),
                      key -> new AtomicInteger())
                  .incrementAndGet();
              if (ended.incrementAndGet() == REQUESTS) {
                all.complete();
              }
              next(client, left, ended, answers, all);
            });
  }

  /** What is cut in the middle of a body fails here. */
  private static Future<String> asked(HttpClientRequest request) {
    return request
        .send()
        .compose(
            response ->
                response
                    .body()
                    .map(
                        (Buffer body) ->
                            response.statusCode() == 200
                                ? "200 " + body
                                : Integer.toString(response.statusCode())));
  }

  private Future<String> leave(HttpClientRequest request) {
    request.response().onComplete(none -> {});
    return request
        .end()
        .compose(sent -> vertx.timer(1 + draw(40)))
        .compose(
            later -> {
              request.reset();
              return Future.succeededFuture("gone");
            });
  }
}
