package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Copies of requests. */
@ExtendWith(Servers.Extension.class)
class MirrorIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir Path folder;
  private Vertx vertx;
  private TestUpstream real;
  private TestUpstream shadow;
  private TestNode gateway;
  private final Queue<String> copies = new ConcurrentLinkedQueue<>();
  private volatile Consumer<HttpServerRequest> shadowDoes = request -> request.response().end();

  @BeforeEach
  void start(Servers servers) throws Exception {
    vertx = Vertx.vertx();
    real =
        new TestUpstream(
            vertx,
            request ->
                request
                    .body()
                    .onSuccess(
                        body ->
                            request
                                .response()
                                .end(request.getHeader("X-Mirrored") + " " + body.length())));
    shadow =
        new TestUpstream(
            vertx,
            request ->
                request
                    .body()
                    .onSuccess(
                        body -> {
                          copies.add(
                              "%s %s %s %s"
                                  .formatted(
                                      request.method(),
                                      request.uri(),
                                      request.getHeader("X-Mirrored"),
                                      body));
                          shadowDoes.accept(request);
                        }));
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        upstreams:
          real: {targets: [{url: "%1$s"}]}
          shadow:
            targets: [{url: "%2$s"}]
            breaker: {failures: 0}
            health: {eject_after: 0}
            pool: {size: 500}
        routes:
          all:
            match: {paths: ["/all/*"]}
            upstream: real
            rewrite: {strip_prefix: /all}
            mirror: {upstream: shadow}
            retry: {attempts: 1}
          half: {match: {paths: ["/half/*"]}, upstream: real, mirror: {upstream: shadow, percent: 50}}
          none: {match: {paths: ["/none/*"]}, upstream: real, mirror: {upstream: shadow, percent: 0}}
        """
            .formatted(real.url(), shadow.url()));
    gateway = TestNode.gateway(servers, folder, Map.of("SLUICE_EDGE_INSTANCES", "1"));
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
    await(vertx.close());
  }

  private void untilCopies(int count) throws Exception {
    Waiting.until(count + " copies", SOON, () -> copies.size() >= count);
  }

  @Test
  void aCopyHasAllOfTheRequestAndAMark() throws Exception {
    assertThat(gateway.get("/all/x?a=1").text()).isEqualTo("null 0");
    untilCopies(1);
    assertThat(gateway.post("/all/y", "[1]").text()).as("streamed").isEqualTo("null 3");
    untilCopies(2);
    assertThat(gateway.send("PUT", "/all/z", "[2]").text()).as("kept").isEqualTo("null 3");
    untilCopies(3);
    assertThat(copies)
        .containsExactly("GET /x?a=1 sluice ", "POST /y sluice [1]", "PUT /z sluice [2]");
  }

  @Test
  void onlyAShareAndOnlySmallBodies() throws Exception {
    for (int i = 0; i < 100; i++) {
      assertThat(gateway.get("/half/x").status()).isEqualTo(200);
      assertThat(gateway.get("/none/x").status()).isEqualTo(200);
    }
    String large = "x".repeat(100_000);
    assertThat(gateway.post("/all/large", large).text()).isEqualTo("null 100000");
    String fits = "x".repeat(64 * 1024);
    assertThat(gateway.post("/all/last", fits).text()).isEqualTo("null 65536");
    Waiting.until("the last", SOON, () -> copies.stream().anyMatch(c -> c.contains("/last")));
    assertThat(copies).noneMatch(copy -> copy.contains("/large") || copy.contains("/none"));
    assertThat(copies.size() - 1).isBetween(20, 80); // beyond less than once in 10^9
  }

  @Test
  void aMirrorThatFailsOrHangsIsNobodysTrouble() throws Exception {
    shadowDoes = request -> request.connection().close();
    assertThat(gateway.get("/all/x").status()).isEqualTo(200);
    untilCopies(1);
    untilUnderWay(0);
    shadowDoes = request -> request.response().setStatusCode(500).end("x".repeat(1_000_000));
    assertThat(gateway.get("/all/x").status()).isEqualTo(200);
    untilCopies(2);
    untilUnderWay(0);
    shadowDoes = request -> {}; // hangs
    HttpClient client = HttpClient.newHttpClient();
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.url() + "/all/x")).build();
      answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertThat(answer.get(20, java.util.concurrent.TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
    Waiting.until("more are dropped", SOON, () -> metric("mirror_dropped_total") >= 50);
    assertThat(metric("mirror_dropped_total")).isEqualTo(50);
    untilCopies(102);
    untilUnderWay(100);
    shadow.kill();
    assertThat(gateway.get("/all/x").status()).isEqualTo(200);
    untilUnderWay(0);
    assertThat(copies).hasSize(102);
  }

  private void untilUnderWay(int count) throws Exception {
    Waiting.until(
        count + " are under way", SOON, () -> metric("upstream_in_flight", "\"shadow\"") == count);
  }

  private double metric(String name) throws Exception {
    return metric(name, "");
  }

  private double metric(String name, String label) throws Exception {
    String page = gateway.get(gateway.managementUrl() + "/metrics").text();
    return page.lines()
        .filter(line -> line.startsWith(name) && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
