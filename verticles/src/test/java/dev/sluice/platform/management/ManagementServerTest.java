package dev.sluice.platform.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.platform.config.Config;
import dev.sluice.platform.health.Health;
import dev.sluice.platform.health.HealthConfig;
import dev.sluice.platform.metrics.Metrics;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ManagementServerTest {

  private final Vertx vertx = Vertx.vertx();
  private final Metrics metrics = new Metrics();
  private final Health health =
      new Health(vertx, Config.defaults(HealthConfig.SECTION), Time.system());
  private final HttpClient client = HttpClient.newHttpClient();
  private ManagementServer server;

  @BeforeEach
  void start() throws Exception {
    server = server(0, 8);
    server.start().await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    server.close().await(10, TimeUnit.SECONDS);
    health.close();
    vertx.close().await(10, TimeUnit.SECONDS);
    metrics.close();
  }

  private ManagementServer server(int port, int maxConnections) {
    ManagementConfig config =
        new ManagementConfig("127.0.0.1", port, Duration.ofSeconds(10), maxConnections);
    return new ManagementServer(vertx, config, health, metrics);
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path))
            .method(
                method,
                method.equals("POST") ? BodyPublishers.ofString("x") : BodyPublishers.noBody())
            .timeout(Duration.ofSeconds(10))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  @Test
  void theSectionDeclaresItsLimits() {
    assertThat(Config.undeclaredLimits(ManagementConfig.SECTION)).isEmpty();
    assertThat(Config.defaults(ManagementConfig.SECTION))
        .isEqualTo(new ManagementConfig("127.0.0.1", 9091, Duration.ofSeconds(30), 128));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health/live", "/health"})
  void liveIsHealthyFromTheStart(String path) throws Exception {
    HttpResponse<String> response = send("GET", path);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"status\":\"healthy\"}");
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(response.headers().firstValue("cache-control")).hasValue("no-store");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health/ready", "/ready"})
  void readyNamesWhatIsNot(String path) throws Exception {
    health.started();
    assertThat(send("GET", path).statusCode()).isEqualTo(200);
    assertThat(send("GET", path).body()).isEqualTo("{\"status\":\"healthy\"}");
    health.register("postgres", () -> Future.failedFuture("refused"));
    health.checkNow().await(10, TimeUnit.SECONDS);
    HttpResponse<String> response = send("GET", path);
    assertThat(response.statusCode()).isEqualTo(503);
    JsonObject body = new JsonObject(response.body());
    assertThat(body.getString("status")).isEqualTo("unhealthy");
    assertThat(body.getJsonArray("checks").getJsonObject(0).getString("name"))
        .isEqualTo("postgres");
  }

  @Test
  void metricsAreServedInTheTextFormat() throws Exception {
    metrics.queueDepth("bus", () -> 3);
    HttpResponse<String> response = send("GET", "/metrics");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(response.body()).contains("queue_depth{queue_name=\"bus\",service=\"sluice\"} 3.0");
  }

  @Test
  void headIsAGetWithoutABody() throws Exception {
    HttpResponse<String> response = send("HEAD", "/health/live");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void everythingElseIsAProblem() throws Exception {
    HttpResponse<String> unknown = send("GET", "/admin");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(unknown.body())
        .isEqualTo("{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404}");
    HttpResponse<String> posted = send("POST", "/metrics");
    assertThat(posted.statusCode()).isEqualTo(405);
    assertThat(posted.headers().firstValue("allow")).hasValue("GET, HEAD");
    assertThat(posted.body())
        .isEqualTo("{\"type\":\"about:blank\",\"title\":\"Method Not Allowed\",\"status\":405}");
  }

  @Test
  void aTakenPortSaysWhichSettingToChange() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> server(port, 8).start().await(10, TimeUnit.SECONDS))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "management.port "
                  + port
                  + " is taken; set SLUICE_MANAGEMENT_PORT or management.port in sluice.yaml to"
                  + " another");
    }
  }

  @Test
  void anAddressOfAnotherMachineSaysSo() {
    // 192.0.2.0/24 is reserved for examples: no machine has it.
    ManagementConfig config = new ManagementConfig("192.0.2.1", 0, Duration.ofSeconds(10), 8);
    ManagementServer elsewhere = new ManagementServer(vertx, config, health, metrics);
    assertThatThrownBy(() -> elsewhere.start().await(10, TimeUnit.SECONDS))
        .hasMessageStartingWith(
            "management.host 192.0.2.1, management.port 0 cannot be listened on")
        .hasMessageEndingWith("set SLUICE_MANAGEMENT_HOST or SLUICE_MANAGEMENT_PORT to others");
  }

  @Test
  void connectionsAreBounded() throws Exception {
    server.close().await(10, TimeUnit.SECONDS);
    server = server(0, 1);
    server.start().await(10, TimeUnit.SECONDS);
    try (Socket first = connect()) {
      assertThat(live(first)).startsWith("HTTP/1.1 200");
      try (Socket second = connect()) {
        assertThat(live(second)).isEmpty();
      }
      assertThat(live(first)).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void tooLargeHeadsAreRefused() throws Exception {
    assertThat(send("GET", "/" + "x".repeat(3_000)).statusCode()).isEqualTo(414);
    assertThat(send("GET", "/health").statusCode()).isEqualTo(200);
  }

  private Socket connect() throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** The status line and what came with it, empty when the connection is closed. */
  private static String live(Socket socket) throws Exception {
    byte[] answer = new byte[4_096];
    try {
      socket
          .getOutputStream()
          .write(
              "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      int read = in.read(answer);
      return read < 0 ? "" : new String(answer, 0, read, StandardCharsets.US_ASCII);
    } catch (java.net.SocketException closed) {
      return "";
    }
  }
}
