package dev.sluice.devstack.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that answer in one piece. */
class DemoServersTest {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private DemoServers demo;

  @BeforeEach
  void start() {
    demo = DemoServers.start("127.0.0.1", List.of(0, 0));
  }

  @AfterEach
  void close() {
    demo.close();
  }

  @Test
  void eachSaysWhichOneItIs() throws Exception {
    assertThat(demo.ports()).doesNotContain(0).doesNotHaveDuplicates();
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(demo.urls().get(i) + "/echo")).build(),
              BodyHandlers.ofString());
      assertThat(answer.headers().firstValue("X-Demo-Target")).contains("demo-" + (i + 1));
      assertThat(new JsonObject(answer.body()).getString("target")).isEqualTo("demo-" + (i + 1));
    }
  }

  @Test
  void theListNamesEveryPageAndAnUnknownOneShowsTheList() throws Exception {
    HttpResponse<String> index = get("/");
    assertThat(index.statusCode()).isEqualTo(200);
    assertThat(index.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
    for (String page :
        List.of(
            "echo",
            "headers",
            "delay",
            "status",
            "flaky",
            "cache",
            "stream",
            "bytes",
            "upload",
            "sse",
            "websocket")) {
      assertThat("\n" + index.body()).contains("\n/" + page);
    }
    HttpResponse<String> unknown = get("/nothing/here");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body())
        .startsWith("There is no /nothing/here here, but:")
        .endsWith(index.body());
  }

  @Test
  void echoSaysAllThatCame() throws Exception {
    HttpResponse<String> answer =
        send(
            request("/echo/of%20this?a=1&b=%C3%A9")
                .header("X-Two", "first")
                .header("X-Two", "second")
                .method("PATCH", BodyPublishers.ofString("h\u00e9llo")));
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonObject echo = new JsonObject(answer.body());
    assertThat(echo.getString("method")).isEqualTo("PATCH");
    assertThat(echo.getString("path")).isEqualTo("/echo/of%20this");
    assertThat(echo.getString("query")).isEqualTo("a=1&b=%C3%A9");
    assertThat(echo.getString("version")).isEqualTo("http/1.1");
    assertThat(echo.getString("body")).isEqualTo("h\u00e9llo");
    assertThat(echo.getString("remoteAddress")).startsWith("127.0.0.1:");
    assertThat(echo.getJsonObject("headers").getJsonArray("x-two"))
        .isEqualTo(new JsonArray().add("first").add("second"));
    assertThat(new JsonObject(get("/headers").body()).getJsonArray("host").getString(0))
        .isEqualTo("127.0.0.1:" + demo.ports().get(0));
  }

  @Test
  void aBodyThatIsNoTextComesInBase64AndOneTooLargeDoesNot() throws Exception {
    HttpResponse<String> binary =
        send(request("/echo").POST(BodyPublishers.ofByteArray(new byte[] {(byte) 0xff, 0})));
    assertThat(new JsonObject(binary.body()).getString("bodyBase64")).isEqualTo("/wA=");
    byte[] full = new byte[1_048_576];
    assertThat(send(request("/echo").POST(BodyPublishers.ofByteArray(full))).statusCode())
        .isEqualTo(200);
    byte[] more = new byte[1_048_577];
    assertThat(send(request("/echo").POST(BodyPublishers.ofByteArray(more))).statusCode())
        .isEqualTo(413);
  }

  @Test
  void http2IsSpokenToo() throws Exception {
    HttpClient newer = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    HttpResponse<String> answer = newer.send(request("/echo").build(), BodyHandlers.ofString());
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(new JsonObject(answer.body()).getString("version")).isEqualTo("h2");
  }

  @ParameterizedTest
  @CsvSource({
    "/delay/30001, ms, 0 to 30000, 30001",
    "/delay, ms, 0 to 30000, ''",
    "/status/199, code, 200 to 599, 199",
    "/status/600, code, 200 to 599, 600",
    "/status/404/more, code, 200 to 599, 404/more",
    "/flaky/101, percent, 0 to 100, 101",
    "/cache/-1, seconds, 0 to 86400, -1",
    "/stream/0, n, 1 to 3000, 0",
    "/stream/3001, n, 1 to 3000, 3001",
    "/bytes/1073741825, n, 0 to 1073741824, 1073741825",
    "/bytes/99999999999, n, 0 to 1073741824, 99999999999",
    "/bytes/x, n, 0 to 1073741824, x",
  })
  void aWrongNumberIsNamed(String path, String name, String right, String was) throws Exception {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .isEqualTo("{%s} must be a whole number from %s, was '%s'\n".formatted(name, right, was));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 204, 205, 302, 304, 400, 404, 418, 429, 500, 503, 504, 599})
  void theStatusIsTheOneAskedFor(int code) throws Exception {
    HttpResponse<String> answer = get("/status/" + code);
    assertThat(answer.statusCode()).isEqualTo(code);
    boolean bare = code == 204 || code == 205 || code == 304;
    assertThat(answer.body()).isEqualTo(bare ? "" : "demo-1 answers " + code + "\n");
    assertThat(answer.headers().firstValue("Retry-After").isPresent())
        .isEqualTo(code == 429 || code == 503);
    assertThat(answer.headers().firstValue("Location").isPresent()).isEqualTo(code == 302);
  }

  @Test
  void aDelayHoldsUpNobodyElse() throws Exception {
    long begin = System.nanoTime();
    CompletableFuture<HttpResponse<String>> late =
        client.sendAsync(request("/delay/30000").build(), BodyHandlers.ofString());
    HttpResponse<String> sooner = get("/delay/60");
    assertThat(sooner.body()).isEqualTo("demo-1 waited for 60 ms\n");
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofMillis(60), Duration.ofSeconds(20));
    assertThat(get("/delay/0").statusCode()).isEqualTo(200);
    assertThat(late).isNotDone();
    late.cancel(true);
  }

  @Test
  void anAnswerSaysHowLongItMayBeKeptAndWhichItIs() throws Exception {
    HttpResponse<String> first = get("/cache/60");
    assertThat(first.body()).isEqualTo("answer 1 of demo-1\n");
    assertThat(first.headers().firstValue("Cache-Control")).contains("public, max-age=60");
    String tag = first.headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> same = send(request("/cache/60").header("If-None-Match", tag));
    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(same.headers().firstValue("ETag")).contains(tag);
    assertThat(same.headers().firstValue("Cache-Control")).contains("public, max-age=60");
    assertThat(get("/cache/60").body()).isEqualTo("answer 2 of demo-1\n");
    assertThat(send(request("/cache/60").header("If-None-Match", tag)).body())
        .isEqualTo("answer 3 of demo-1\n");
    assertThat(get("/cache/0").body()).as("each number counts alone").startsWith("answer 1 ");
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "50, 50, 150", "100, 200, 200"})
  void soManyFailAsAreAskedFor(int percent, int least, int most) throws Exception {
    int failed = 0;
    for (int i = 0; i < 200; i++) {
      failed += get("/flaky/" + percent).statusCode() == 503 ? 1 : 0;
    }
    // Half of 200 is outside of 50 to 150 once in a million million runs.
    assertThat(failed).isBetween(least, most);
  }

  @Test
  void aPortThatIsTakenIsNamedAndNothingIsLeft() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int free;
      try (ServerSocket found = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        free = found.getLocalPort();
      }
      assertThatThrownBy(() -> DemoServers.start("127.0.0.1", List.of(free, other.getLocalPort())))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + other.getLocalPort());
      new ServerSocket(free, 1, InetAddress.getLoopbackAddress()).close();
    }
  }

  @Test
  void afterTheEndNobodyAnswers() throws Exception {
    CompletableFuture<HttpResponse<String>> open =
        client.sendAsync(request("/delay/30000").build(), BodyHandlers.ofString());
    assertThat(get("/").statusCode()).isEqualTo(200);
    demo.close();
    assertThatThrownBy(() -> get("/")).isInstanceOf(ConnectException.class);
    assertThatThrownBy(() -> open.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(demo.urls().get(0) + path))
        .timeout(Duration.ofSeconds(20));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
  }
}
