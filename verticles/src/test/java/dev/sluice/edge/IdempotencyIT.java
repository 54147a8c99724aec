package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import dev.sluice.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Requests with an Idempotency-Key, on two nodes. */
@ExtendWith(Servers.Extension.class)
class IdempotencyIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir Path folder;
  private Servers servers;
  private Vertx vertx;
  private TestUpstream upstream;
  private TestNode one;
  private TestNode two;
  private final AtomicInteger done = new AtomicInteger();
  private volatile Consumer<HttpServerRequest> does = this::create;

  @BeforeEach
  void start(Servers all) throws Exception {
    servers = all;
    servers.redis().start();
    vertx = Vertx.vertx();
    upstream = new TestUpstream(vertx, request -> does.accept(request));
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        upstreams:
          shop: {targets: [{url: "%1$s"}], breaker: {failures: 0}, health: {eject_after: 0}}
        routes:
          orders:
            match: {paths: ["/orders/*"]}
            upstream: shop
            timeout: 5s
            idempotency: {enabled: true}
          others: {match: {paths: ["/others/*"]}, upstream: shop, idempotency: {enabled: true}}
          short:
            match: {paths: ["/short/*"]}
            upstream: shop
            idempotency: {enabled: true, ttl: 1s}
          open:
            match: {paths: ["/open/*"]}
            upstream: shop
            idempotency: {enabled: true, on_redis_loss: open}
          off: {match: {paths: ["/off/*"]}, upstream: shop}
        """
            .formatted(upstream.url()));
    one = TestNode.gateway(servers, folder, Map.of());
    two = TestNode.gateway(servers, folder, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    servers.redis().start();
    one.close();
    two.close();
    await(vertx.close());
  }

  private void create(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body ->
                request
                    .response()
                    .setStatusCode(201)
                    .putHeader("Location", "/orders/" + done.incrementAndGet())
                    .putHeader("Set-Cookie", List.<String>of("a=1", "b=2"))
                    .putHeader("Content-Type", "text/plain")
                    .end(request.method() + " " + request.uri() + " " + body));
    request.resume(); // where it was held
  }

  private static String key() {
    return UUID.randomUUID().toString();
  }

  private static Answer post(TestNode node, String path, String body, String key) throws Exception {
    return node.post(path, body, "Idempotency-Key", key);
  }

  /** What a repetition is answered when the first one is done. */
  private static Answer again(TestNode node, String path, String body, String key)
      throws Exception {
    Answer[] answer = new Answer[1];
    Waiting.until(
        "it is done",
        SOON,
        () -> {
          answer[0] = post(node, path, body, key);
          return answer[0].header("Retry-After") == null;
        });
    return answer[0];
  }

  @Test
  void theSecondGetsTheAnswerOfTheFirst() throws Exception {
    String key = key();
    Answer first = post(one, "/orders/x?a=1", "{\"n\": 1}", key);
    assertThat(first.status()).isEqualTo(201);
    assertThat(first.header("Idempotency-Replayed")).isNull();
    for (TestNode node : List.of(one, two)) {
      Answer second = again(node, "/orders/x?a=1", "{\"n\": 1}", key);
      assertThat(second.status()).isEqualTo(201);
      assertThat(second.text()).isEqualTo("POST /orders/x?a=1 {\"n\": 1}").isEqualTo(first.text());
      assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
      assertThat(second.header("Location")).isEqualTo(first.header("Location"));
      assertThat(second.headers().allValues("Set-Cookie")).containsExactly("a=1", "b=2");
      assertThat(second.headers().allValues("X-Request-Id")).hasSizeLessThan(2);
    }
    assertThat(upstream.requests()).isEqualTo(1);
    assertThat(post(one, "/orders/x?a=1", "{\"n\": 1}", key()).header("Location"))
        .isEqualTo("/orders/2");
    assertThat(post(two, "/others/x?a=1", "{\"n\": 1}", key).header("Location"))
        .as("another route's")
        .isEqualTo("/orders/3");
    assertThat(one.post("/orders/x", "{}").header("Location")).isEqualTo("/orders/4");
    assertThat(one.get("/orders/x", "Idempotency-Key", key).header("Location"))
        .as("GET needs none")
        .isEqualTo("/orders/5");
    assertThat(post(one, "/off/x", "{}", key).header("Location")).isEqualTo("/orders/6");
    assertThat(post(one, "/off/x", "{}", key).header("Location")).isEqualTo("/orders/7");
  }

  @Test
  void anotherRequestUnderTheKeyIsRefused() throws Exception {
    String key = key();
    assertThat(post(one, "/orders/x", "{}", key).status()).isEqualTo(201);
    assertThat(post(two, "/orders/x", "{ }", key).status()).isEqualTo(422);
    assertThat(post(one, "/orders/y", "{}", key).status()).isEqualTo(422);
    assertThat(one.send("PUT", "/orders/x", "{}", "Idempotency-Key", key).status()).isEqualTo(422);
    assertThat(one.send("DELETE", "/orders/x", null, "Idempotency-Key", key).status())
        .isEqualTo(422);
    assertThat(post(one, "/orders/x", "{}", "a b").status()).isEqualTo(400);
    assertThat(post(one, "/orders/x", "{}", "x".repeat(256)).status()).isEqualTo(400);
    assertThat(post(one, "/orders/x", "x".repeat(256 * 1024 + 1), key()).status()).isEqualTo(413);
    assertThat(upstream.requests()).isEqualTo(1);
  }

  @Test
  void ofManyAtOnceOneIsSent() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    does =
        request -> {
          request.pause();
          vertx
              .executeBlocking(() -> goOn.await(20, TimeUnit.SECONDS), false)
              .onSuccess(waited -> create(request));
        };
    String key = key();
    CompletableFuture<Answer> first =
        CompletableFuture.supplyAsync(() -> quietly(() -> post(one, "/orders/x", "{}", key)));
    Waiting.until("it is there", SOON, () -> upstream.requests() == 1);
    List<CompletableFuture<Answer>> others = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      TestNode node = i % 2 == 0 ? one : two;
      others.add(
          CompletableFuture.supplyAsync(() -> quietly(() -> post(node, "/orders/x", "{}", key))));
    }
    for (CompletableFuture<Answer> other : others) {
      assertThat(other.get().status()).isEqualTo(409);
      assertThat(other.get().header("Retry-After")).isEqualTo("1");
    }
    goOn.countDown();
    assertThat(first.get().status()).isEqualTo(201);
    assertThat(again(two, "/orders/x", "{}", key).status()).isEqualTo(201);
    assertThat(upstream.requests()).isEqualTo(1);
  }

  @Test
  void aFailureFreesTheKeyAndAnAnswerTooLargeDoesNot() throws Exception {
    for (int status : List.of(500, 503, 429)) {
      String key = key();
      does = request -> request.response().setStatusCode(status).end("no");
      assertThat(post(one, "/orders/x", "{}", key).status()).isEqualTo(status);
      does = this::create;
      assertThat(again(two, "/orders/x", "{}", key).status()).isEqualTo(201);
    }
    String refused = key();
    does = request -> request.response().setStatusCode(404).end("none");
    assertThat(post(one, "/orders/x", "{}", refused).status()).isEqualTo(404);
    does = this::create;
    assertThat(again(one, "/orders/x", "{}", refused).text()).isEqualTo("none");
    String large = key();
    does = request -> request.response().end("x".repeat(300_000));
    assertThat(post(one, "/orders/x", "{}", large).text()).hasSize(300_000);
    Answer lost = again(two, "/orders/x", "{}", large);
    assertThat(lost.status()).isEqualTo(409);
    assertThat(lost.at("/detail")).contains("was not kept");
    String cut = key();
    does = request -> request.connection().close();
    assertThat(post(one, "/orders/x", "{}", cut).status()).isEqualTo(502);
    does = this::create;
    assertThat(again(one, "/orders/x", "{}", cut).status()).isEqualTo(201);
  }

  @Test
  void theAnswerIsKeptForItsTimeOnly() throws Exception {
    String key = key();
    Answer first = post(one, "/short/x", "{}", key);
    Waiting.until(
        "it is sent again",
        SOON,
        () -> {
          Answer later = post(two, "/short/x", "{}", key);
          return later.status() == 201
              && !later.header("Location").equals(first.header("Location"));
        });
  }

  @Test
  void aClientThatGoesAwayFindsTheAnswerLater() throws Exception {
    CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
    does =
        request -> {
          request.pause();
          arrived.complete(request);
        };
    String key = key();
    URI url = URI.create(one.url());
    HttpClientRequest request =
        await(
            vertx
                .createHttpClient()
                .request(HttpMethod.POST, url.getPort(), url.getHost(), "/orders/x"));
    request.response().onComplete(none -> {});
    request.putHeader("Idempotency-Key", key).putHeader("Content-Type", "application/json");
    await(request.end("{}"));
    HttpServerRequest held = arrived.get();
    await(request.connection().close());
    assertThat(post(two, "/orders/x", "{}", key).status()).isEqualTo(409);
    create(held);
    Answer answer = again(two, "/orders/x", "{}", key);
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(upstream.requests()).isEqualTo(1);
  }

  @Test
  void withoutRedisTheRouteDecides() throws Exception {
    servers.redis().kill();
    String key = key();
    Answer refused = post(one, "/orders/x", "{}", key);
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.header("Retry-After")).isNotNull();
    assertThat(upstream.requests()).isZero();
    assertThat(post(one, "/open/x", "{}", key).text()).isEqualTo("POST /open/x {}");
    assertThat(one.post("/orders/x", "{}").status()).as("without a key").isEqualTo(201);
    servers.redis().start();
    Waiting.until("it is back", SOON, () -> post(one, "/orders/x", "{}", key).status() == 201);
  }

  /** A call that may throw. */
  private interface Call {
    Answer made() throws Exception;
  }

  private static Answer quietly(Call call) {
    try {
      return call.made();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
