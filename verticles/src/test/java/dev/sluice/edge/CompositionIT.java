package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import dev.sluice.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One answer out of those of several services. */
@ExtendWith(Servers.Extension.class)
class CompositionIT {
  @TempDir Path folder;
  private Vertx vertx;
  private TestUpstream users;
  private TestUpstream orders;
  private TestNode gateway;
  private final Map<String, String> seen = new ConcurrentHashMap<>();
  private final AtomicInteger cut = new AtomicInteger();
  private volatile Consumer<HttpServerRequest> ordersDo =
      request -> request.response().end("[1, 2]");
  private volatile Consumer<HttpServerRequest> usersDo =
      request -> request.response().end("{\"name\": \"Ann\"}");

  @BeforeEach
  void start(Servers servers) throws Exception {
    vertx = Vertx.vertx();
    users = new TestUpstream(vertx, request -> serve("users", request, usersDo));
    orders = new TestUpstream(vertx, request -> serve("orders", request, ordersDo));
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        upstreams:
          users: {targets: [{url: "%1$s"}], breaker: {failures: 0}, health: {eject_after: 0}}
          orders: {targets: [{url: "%2$s"}], breaker: {failures: 0}, health: {eject_after: 0}}
        routes:
          page:
            match: {paths: ["/page/{id}"]}
            compose:
              timeout: 1s
              parts:
                user: {upstream: users, path: "/users/{id}", required: true}
                orders: {upstream: orders, path: "/orders/{id}/latest?n=2"}
          soft:
            match: {paths: ["/soft/{id}"]}
            compose: {parts: {user: {upstream: users, path: "/users/{id}", required: true}}}
            fallback: {status: 200, content_type: text/plain, body: "come back later"}
        """
            .formatted(users.url(), orders.url()));
    gateway = TestNode.gateway(servers, folder, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
    await(vertx.close());
  }

  private void serve(String name, HttpServerRequest request, Consumer<HttpServerRequest> how) {
    seen.put(name, request.method() + " " + request.uri());
    request
        .headers()
        .forEach(
            (key, value) -> seen.put(name + " " + key.toLowerCase(java.util.Locale.ROOT), value));
    request.response().exceptionHandler(gone -> cut.incrementAndGet());
    how.accept(request);
  }

  private static Consumer<HttpServerRequest> status(int status) {
    return request -> request.response().setStatusCode(status).end("{}");
  }

  @Test
  void theAnswersArePutTogetherAsTheyAre() throws Exception {
    usersDo = request -> request.response().end("{ \"n\":1.0 , \"n\":\"\u00e4\" }");
    Answer page = gateway.get("/page/7%20a?full=1", "X-Custom", "c", "If-None-Match", "\"a\"");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.text())
        .as("not a byte of a part is changed")
        .isEqualTo("{\"orders\":[1, 2],\"user\":{ \"n\":1.0 , \"n\":\"\u00e4\" }}");
    assertThat(page.header("content-type")).isEqualTo("application/json");
    assertThat(page.header("sluice-partial")).isNull();
    assertThat(page.header("cache-control")).isNull();
    assertThat(seen.get("users")).isEqualTo("GET /users/7%20a?full=1");
    assertThat(seen.get("orders")).isEqualTo("GET /orders/7%20a/latest?n=2");
    assertThat(seen.get("users x-custom")).isEqualTo("c");
    assertThat(seen.get("users x-forwarded-for")).isEqualTo("127.0.0.1");
    assertThat(seen.get("users x-request-id")).isNotEmpty();
    assertThat(seen.get("users accept")).isEqualTo("application/json");
    assertThat(Integer.parseInt(seen.get("users x-request-timeout-ms"))).isBetween(1, 1000);
    assertThat(seen).doesNotContainKeys("users if-none-match", "users accept-encoding");
    assertThat(gateway.send("HEAD", "/page/7", null).status()).isEqualTo(200);
    assertThat(seen.get("users")).startsWith("GET");
    Answer posted = gateway.post("/page/7", "{}");
    assertThat(posted.status()).isEqualTo(405);
    assertThat(posted.header("allow")).isEqualTo("GET, HEAD");
  }

  @Test
  void aPartThatFailsIsNullAndSoMarked() throws Exception {
    ordersDo = status(503);
    assertPartial(503, "the upstream 'orders' answered 503");
    ordersDo = status(404);
    assertPartial(404, "answered 404");
    ordersDo = status(302);
    assertPartial(302, "answered 302");
    ordersDo = request -> request.response().end("x".repeat(2 * 1024 * 1024));
    assertPartial(502, "not JSON");
    ordersDo = request -> request.response().end("\"" + "x".repeat(1024 * 1024) + "\"");
    assertPartial(502, "more than 1048576 bytes");
    ordersDo = request -> {};
    assertPartial(504, "did not answer in time");
    ordersDo = request -> request.response().setChunked(true).write("[1,");
    assertPartial(504, "did not answer in time");
    ordersDo =
        request ->
            request
                .response()
                .putHeader("Content-Length", "100")
                .write("[1,")
                .onComplete(sent -> request.connection().close());
    assertPartial(502, "whole answer");
    orders.kill();
    assertPartial(502, "cannot be reached");
    ordersDo = request -> request.response().end("3");
    orders.start();
    assertThat(gateway.get("/page/7").at("/orders")).isEqualTo("3");
    ordersDo = request -> request.response().setStatusCode(204).end();
    assertThat(gateway.get("/page/7").text()).contains("\"orders\":null,").doesNotContain("_err");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "{", "[1,]", "{}{}", "1 2", "nul", "{\"a\":1}x", "<html>", "'a'", "[1]]"})
  void whatIsNotOneJsonValueIsNoPart(String body) throws Exception {
    ordersDo = request -> request.response().end(body);
    assertPartial(502, "its answer is not JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "1", "-1.5e3", "\"a\"", " [ ] ", "\uFEFF{\"a\":[{}]}", "true"})
  void everyJsonValueIsAPart(String body) throws Exception {
    ordersDo =
        request -> {
          byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
          request.response().setChunked(true);
          for (byte one : bytes) { // in as many parts as there can be
            request.response().write(io.vertx.core.buffer.Buffer.buffer(new byte[] {one}));
          }
          request.response().end();
        };
    Answer page = gateway.get("/page/7");
    assertThat(page.text())
        .isEqualTo("{\"orders\":" + body.replace("\uFEFF", "") + ",\"user\":{\"name\": \"Ann\"}}");
  }

  private void assertPartial(int status, String detail) throws Exception {
    Answer page = gateway.get("/page/7");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("sluice-partial")).isEqualTo("orders");
    assertThat(page.header("cache-control")).isEqualTo("no-store");
    assertThat(page.json().get("orders").isNull()).isTrue();
    assertThat(page.at("/user/name")).isEqualTo("Ann");
    assertThat(page.json().at("/_errors/orders/status").asInt()).isEqualTo(status);
    assertThat(page.at("/_errors/orders/detail")).contains(detail);
  }

  @Test
  void withoutARequiredPartThereIsNoAnswer() throws Exception {
    usersDo = status(404);
    Answer none = gateway.get("/page/7");
    assertThat(none.status()).isEqualTo(404);
    assertThat(none.at("/detail")).contains("'user'");
    usersDo = status(500);
    assertThat(gateway.get("/page/7").status()).isEqualTo(502);
    usersDo = status(503);
    Answer bad = gateway.get("/page/7");
    assertThat(bad.status()).isEqualTo(502);
    assertThat(bad.at("/detail")).contains("'user'", "answered 503");
    assertThat(gateway.get("/soft/7").text()).isEqualTo("come back later");
    usersDo = request -> {};
    assertThat(gateway.get("/page/7").status()).isEqualTo(504);
    usersDo = status(500);
    ordersDo = request -> {}; // what is not needed any more is not waited for, but given up
    int before = cut.get();
    Duration took =
        Waiting.time(() -> vertx.executeBlocking(() -> gateway.get("/page/7").status()));
    assertThat(took).isLessThan(Duration.ofMillis(900));
    Waiting.until("it was cut", Duration.ofSeconds(5), () -> cut.get() > before);
  }
}
