package dev.sluice.platform.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.platform.time.TurnedTime;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The names are what people query: they are compared with the text that Prometheus reads. */
final class MetricsTest {

  private final TurnedTime time = new TurnedTime();
  private final Metrics metrics = new Metrics();
  private final HttpMeters http = new HttpMeters(metrics, time);

  @AfterEach
  void close() {
    metrics.close();
  }

  private List<String> lines(String prefix) {
    return metrics.scrape().lines().filter(line -> line.startsWith(prefix)).toList();
  }

  private static long nanos(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  @Test
  void requestsAreCountedByMethodTemplateAndStatus() {
    HttpMeters.Route get = http.route("GET", "/api/v1/orders/{id}");
    get.record(200, nanos(3));
    get.record(200, nanos(3));
    get.record(404, nanos(3));
    http.noRoute("GET").record(404, nanos(1));
    http.route("BREW", "/pot").record(42, nanos(1));
    assertThat(lines("http_requests_total"))
        .containsExactlyInAnyOrder(
            "http_requests_total{method=\"GET\",path=\"/api/v1/orders/{id}\",service=\"sluice\","
                + "status=\"200\"} 2.0",
            "http_requests_total{method=\"GET\",path=\"/api/v1/orders/{id}\",service=\"sluice\","
                + "status=\"404\"} 1.0",
            "http_requests_total{method=\"GET\",path=\"none\",service=\"sluice\",status=\"404\"} 1.0",
            "http_requests_total{method=\"OTHER\",path=\"/pot\",service=\"sluice\","
                + "status=\"none\"} 1.0");
  }

  @Test
  void durationsAreAHistogramInSeconds() {
    HttpMeters.Route get = http.route("GET", "/x");
    get.record(200, nanos(100));
    get.record(200, nanos(101));
    get.record(200, nanos(60_000));
    String labels = "{method=\"GET\",path=\"/x\",service=\"sluice\"";
    assertThat(lines("http_request_duration_seconds_bucket"))
        .hasSize(14)
        .contains(
            "http_request_duration_seconds_bucket" + labels + ",le=\"0.001\"} 0",
            "http_request_duration_seconds_bucket" + labels + ",le=\"0.05\"} 0",
            "http_request_duration_seconds_bucket" + labels + ",le=\"0.1\"} 1",
            "http_request_duration_seconds_bucket" + labels + ",le=\"0.2\"} 2",
            "http_request_duration_seconds_bucket" + labels + ",le=\"10.0\"} 2",
            "http_request_duration_seconds_bucket" + labels + ",le=\"+Inf\"} 3");
    assertThat(lines("http_request_duration_seconds_count"))
        .containsExactly("http_request_duration_seconds_count" + labels + "} 3");
  }

  @Test
  void aRouteIsResolvedOnceAndTheirNumberIsBounded() {
    assertThat(http.route("GET", "/x")).isSameAs(http.route("GET", "/x"));
    assertThat(http.route("GET", "/x")).isNotSameAs(http.route("POST", "/x"));
    for (int i = 0; i < 10_001; i++) {
      http.route("GET", "/" + i);
    }
    assertThat(http.route("GET", "/a")).isSameAs(http.route("GET", "/b"));
    http.route("GET", "/a").record(200, 1);
    assertThat(lines("http_requests_total{")).singleElement().asString().contains("path=\"other\"");
  }

  @Test
  void recordingAllocatesNothing() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    HttpMeters.Route get = http.route("GET", "/x");
    long id = Thread.currentThread().getId();
    for (int i = 0; i < 20_000; i++) {
      get.record(200, i);
    }
    long before = threads.getThreadAllocatedBytes(id);
    for (int i = 0; i < 10_000; i++) {
      get.record(200, i);
    }
    assertThat(threads.getThreadAllocatedBytes(id) - before).isLessThan(10_000);
  }

  @Test
  void openConnectionsAreAGauge() {
    http.connectionOpened();
    http.connectionOpened();
    http.connectionClosed();
    assertThat(lines("active_connections"))
        .containsExactly("active_connections{service=\"sluice\"} 1.0");
  }

  @Test
  void theErrorRateForgetsWhatIsOlderThanAMinute() {
    HttpMeters.Route get = http.route("GET", "/x");
    assertThat(lines("error_rate"))
        .containsExactlyInAnyOrder(
            "error_rate{error_type=\"4xx\",service=\"sluice\"} 0.0",
            "error_rate{error_type=\"5xx\",service=\"sluice\"} 0.0");
    get.record(200, 1);
    get.record(500, 1);
    get.record(404, 1);
    get.record(503, 1);
    assertThat(lines("error_rate"))
        .containsExactlyInAnyOrder(
            "error_rate{error_type=\"4xx\",service=\"sluice\"} 0.25",
            "error_rate{error_type=\"5xx\",service=\"sluice\"} 0.5");
    for (int second = 0; second < 55; second += 5) {
      time.turn(Duration.ofSeconds(5));
      metrics.scrape();
    }
    assertThat(lines("error_rate{error_type=\"5xx\"").get(0)).endsWith(" 0.5");
    for (int second = 0; second < 65; second += 5) {
      time.turn(Duration.ofSeconds(5));
      get.record(200, 1);
      metrics.scrape();
    }
    assertThat(lines("error_rate{error_type=\"5xx\"").get(0)).endsWith(" 0.0");
  }

  @Test
  void aQueueReportsItsDepthAndCanBeReplaced() {
    metrics.queueDepth("bus", () -> 3);
    metrics.queueDepth("outbox", () -> 1);
    metrics.queueDepth("bus", () -> 4);
    assertThat(lines("queue_depth"))
        .containsExactlyInAnyOrder(
            "queue_depth{queue_name=\"bus\",service=\"sluice\"} 4.0",
            "queue_depth{queue_name=\"outbox\",service=\"sluice\"} 1.0");
  }

  @Test
  void vertxReportsItsBusAndPoolsButNotHttp() throws Exception {
    Vertx vertx =
        Vertx.builder()
            .with(new VertxOptions().setMetricsOptions(metrics.vertxOptions()))
            .withMetrics(metrics.vertxFactory())
            .build();
    try {
      vertx.eventBus().consumer("a.b", message -> message.reply("x"));
      vertx.eventBus().request("a.b", "x").await(10, TimeUnit.SECONDS);
      vertx.executeBlocking(() -> 1).await(10, TimeUnit.SECONDS);
      int port =
          vertx
              .createHttpServer()
              .requestHandler(request -> request.response().end())
              .listen(0, "127.0.0.1")
              .await(10, TimeUnit.SECONDS)
              .actualPort();
      // Held until the end: one that nobody holds is closed by the garbage collector.
      HttpClient client = vertx.createHttpClient();
      client
          .request(io.vertx.core.http.HttpMethod.GET, port, "127.0.0.1", "/")
          .compose(request -> request.send().compose(response -> response.end()))
          .await(10, TimeUnit.SECONDS);
      assertThat(lines("vertx_eventbus_handlers{")).isNotEmpty();
      assertThat(lines("vertx_pool_completed_total{")).isNotEmpty();
      assertThat(lines("jvm_memory_used_bytes{")).isNotEmpty();
      assertThat(lines("vertx_http")).isEmpty();
      assertThat(lines("vertx_net")).isEmpty();
      client.close().await(10, TimeUnit.SECONDS);
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
  }
}
