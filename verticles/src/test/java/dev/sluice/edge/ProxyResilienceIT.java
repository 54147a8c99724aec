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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the gateway makes of upstreams that fail. */
@ExtendWith(Servers.Extension.class)
class ProxyResilienceIT {
  @TempDir Path folder;
  private Vertx vertx;
  private TestUpstream one;
  private TestUpstream two;
  private TestNode gateway;
  private final AtomicInteger failing = new AtomicInteger();
  private final AtomicInteger slow = new AtomicInteger();

  @BeforeEach
  void start(Servers servers) throws Exception {
    vertx = Vertx.vertx();
    one = new TestUpstream(vertx, request -> serve("one", request));
    two = new TestUpstream(vertx, request -> serve("two", request));
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        upstreams:
          both:
            targets: [{url: "%1$s", labels: {version: v1}}, {url: "%2$s", labels: {version: v2}}]
            breaker: {failures: 0}
            health: {eject_after: 0}
          ejecting:
            targets: [{url: "%1$s"}, {url: "%2$s"}]
            health: {eject_after: 2, eject_for: 500ms}
          broken:
            targets: [{url: "%1$s"}]
            breaker: {failures: 50, least: 4, window: 10s, open: 500ms, probes: 1}
            health: {eject_after: 0}
        routes:
          plain: {match: {paths: ["/plain/*"]}, upstream: both}
          retried:
            match: {paths: ["/retried/*"]}
            upstream: both
            retry: {attempts: 2, budget: 100}
          hedged:
            match: {paths: ["/hedged/*"]}
            upstream: both
            hedge: {after: 100ms}
            retry: {budget: 100}
          canary:
            match: {paths: ["/canary/*"]}
            split:
              - {upstream: both, subset: {version: v1}, weight: 3}
              - {upstream: both, subset: {version: v2}, weight: 1}
          subset:
            match: {paths: ["/subset/*"], headers: {end-user: jason}}
            upstream: both
            subset: {version: v2}
          ejecting: {match: {paths: ["/ejecting/*"]}, upstream: ejecting}
          broken:
            match: {paths: ["/broken/*"]}
            upstream: broken
          softened:
            match: {paths: ["/softened/*"]}
            upstream: broken
            fallback: {status: 200, content_type: text/plain, body: "come back later"}
        """
            .formatted(one.url(), two.url()));
    gateway = TestNode.gateway(servers, folder, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
    await(vertx.close());
  }

  private void serve(String name, HttpServerRequest request) {
    if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      request.response().setStatusCode(503).end(name);
    } else if (slow.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      vertx.setTimer(5000, late -> request.response().end(name));
    } else {
      request.body().onSuccess(body -> request.response().end(name + body));
    }
  }

  @Test
  void retriesWhatMayBeRepeatedAndNothingElse() throws Exception {
    failing.set(1);
    assertThat(gateway.get("/retried/x").status()).isEqualTo(200);
    failing.set(3);
    assertThat(gateway.get("/retried/x").status()).as("two more tries, no more").isEqualTo(503);
    failing.set(1);
    assertThat(gateway.post("/retried/x", "{}").status()).isEqualTo(503);
    failing.set(1);
    Answer keyed = gateway.post("/retried/x", "{}", "Idempotency-Key", "abc");
    assertThat(keyed.status()).isEqualTo(200);
    assertThat(keyed.text()).as("the body is sent again").endsWith("{}");
    failing.set(1);
    assertThat(gateway.get("/plain/x").status()).isEqualTo(503);
    one.kill();
    for (int i = 0; i < 6; i++) {
      assertThat(gateway.post("/retried/x", "{}").text()).as("never sent").startsWith("two");
    }
  }

  @Test
  void asksASecondTargetWhenTheFirstIsSlow() throws Exception {
    slow.set(1);
    Duration took = Waiting.time(() -> asked("/hedged/x", 200));
    assertThat(took).isLessThan(Duration.ofSeconds(3));
    assertThat(one.requests() + two.requests()).isEqualTo(2);
  }

  @Test
  void splitsByWeightAndByHeader() throws Exception {
    int ofOne = 0;
    for (int i = 0; i < 200; i++) {
      ofOne += gateway.get("/canary/x").text().equals("one") ? 1 : 0;
    }
    assertThat(ofOne).isBetween(110, 185); // 150 on average; less than once in 10^9 beyond
    assertThat(gateway.get("/subset/x").status()).isEqualTo(404);
    for (int i = 0; i < 4; i++) {
      assertThat(gateway.get("/subset/x", "end-user", "jason").text()).isEqualTo("two");
    }
  }

  @Test
  void aDeadTargetIsLeftAloneAndComesBack() throws Exception {
    one.kill();
    int failed = 0;
    for (int i = 0; i < 20; i++) {
      failed += gateway.get("/ejecting/x").status() == 200 ? 0 : 1;
    }
    assertThat(failed).as("nothing was sent to it, so the other one is asked").isZero();
    one.start();
    Waiting.until(
        "it is used again",
        Duration.ofSeconds(10),
        () -> gateway.get("/ejecting/x").text().equals("one"));
  }

  @Test
  void theBreakerAnswersAtOnceAndTriesAgain() throws Exception {
    failing.set(100);
    for (int i = 0; i < 8; i++) {
      assertThat(gateway.get("/broken/x").status()).isEqualTo(503);
    }
    int seen = one.requests();
    assertThat(seen).isLessThan(8);
    Answer open = gateway.get("/broken/x");
    assertThat(open.status()).isEqualTo(503);
    assertThat(open.at("/detail")).contains("'broken'", "left alone for a while");
    assertThat(open.header("Retry-After")).isNotNull();
    assertThat(one.requests()).isEqualTo(seen);
    Answer soft = gateway.get("/softened/x");
    assertThat(soft.status()).isEqualTo(200);
    assertThat(soft.text()).isEqualTo("come back later");
    failing.set(0);
    Waiting.until(
        "it is closed again",
        Duration.ofSeconds(10),
        () -> gateway.get("/broken/x").status() == 200);
  }

  private io.vertx.core.Future<Integer> asked(String path, int status) {
    return vertx.executeBlocking(
        () -> {
          assertThat(gateway.get(path).status()).isEqualTo(status);
          return status;
        });
  }
}
