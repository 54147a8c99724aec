package dev.sluice.devstack.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that answer, or are asked, in many pieces. */
class DemoStreamsTest {
  private static final int GIGABYTE = 1 << 30;
  private static final long MEGABYTE = 1 << 20;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private DemoServers demo;

  @BeforeEach
  void start() {
    demo = DemoServers.start("127.0.0.1", List.of(0));
  }

  @AfterEach
  void close() {
    demo.close();
  }

  @Test
  void linesComeOneByOne() throws Exception {
    long begin = System.nanoTime();
    List<String> lines = new ArrayList<>();
    List<Duration> times = new ArrayList<>();
    HttpResponse<java.util.stream.Stream<String>> answer =
        client.send(request("/stream/4").build(), BodyHandlers.ofLines());
    answer
        .body()
        .forEach(
            line -> {
              lines.add(line);
              times.add(Duration.ofNanos(System.nanoTime() - begin));
            });
    assertThat(lines)
        .containsExactly(
            "line 1 of 4 from demo-1",
            "line 2 of 4 from demo-1",
            "line 3 of 4 from demo-1",
            "line 4 of 4 from demo-1");
    assertThat(times.get(3)).isGreaterThan(Duration.ofMillis(280));
    assertThat(times.get(3).minus(times.get(0))).as("not all at the end").isPositive();
  }

  @Test
  void aTrailerComesAfterTheLines() throws Exception {
    try (Socket socket = ask("GET /stream/2 HTTP/1.1\r\nHost: demo\r\nConnection: close\r\n\r\n")) {
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer.toLowerCase(java.util.Locale.ROOT))
          .contains("transfer-encoding: chunked", "trailer: x-demo-lines")
          .endsWith("\r\n0\r\nx-demo-lines: 2\r\n\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_519, 65_520, 65_521, 10_000_000})
  void soManyBytesComeAsAreAskedFor(int bytes) throws Exception {
    for (int round = 0; round < 2; round++) {
      HttpResponse<byte[]> answer =
          client.send(request("/bytes/" + bytes).build(), BodyHandlers.ofByteArray());
      assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(bytes);
      assertThat(answer.body()).hasSize(bytes);
      for (int i = 0; i < bytes; i++) {
        if (answer.body()[i] != 'a' + i % 26) {
          throw new AssertionError("byte " + i + " is " + (char) answer.body()[i]);
        }
      }
    }
  }

  @Test
  void aHeadHasNoBody() throws Exception {
    for (String path : List.of("/bytes/1000000", "/stream/3000", "/sse", "/echo", "/cache/1")) {
      HttpResponse<String> answer =
          client.send(
              request(path).method("HEAD", BodyPublishers.noBody()).build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      if (path.startsWith("/bytes")) {
        assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(1_000_000);
      }
    }
  }

  @Test
  void whoDoesNotReadCostsNoMemory() throws Exception {
    List<Socket> lazy = new ArrayList<>();
    try {
      client.send(request("/bytes/1000000").build(), BodyHandlers.ofByteArray());
      long before = memory();
      for (int i = 0; i < 10; i++) {
        lazy.add(ask("GET /bytes/" + GIGABYTE + " HTTP/1.1\r\nHost: demo\r\n\r\n"));
        assertThat(lazy.get(i).getInputStream().read()).isEqualTo('H');
      }
      // Time for the server to write more, if it would.
      HttpResponse<String> later =
          client.send(request("/delay/300").build(), BodyHandlers.ofString());
      assertThat(later.statusCode()).isEqualTo(200);
      assertThat(memory() - before).isLessThan(48 * MEGABYTE);
    } finally {
      for (Socket socket : lazy) {
        socket.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anUploadIsCounted(boolean chunked) throws Exception {
    long seed = System.nanoTime();
    System.out.println("DemoStreamsTest seed " + seed);
    byte[] bytes = new byte[5_000_003];
    new Random(seed).nextBytes(bytes);
    HttpRequest.BodyPublisher body =
        chunked
            ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))
            : BodyPublishers.ofByteArray(bytes);
    HttpResponse<String> answer =
        client.send(request("/upload").PUT(body).build(), BodyHandlers.ofString());
    JsonObject json = new JsonObject(answer.body());
    assertThat(json.getLong("bytes")).isEqualTo(bytes.length);
    assertThat(json.getString("sha256"))
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
  }

  @Test
  void eventsComeEachSecondAndGoOnWhereTheyWereLeft() throws Exception {
    long begin = System.nanoTime();
    try (Socket socket = ask("GET /sse HTTP/1.1\r\nHost: demo\r\nLast-Event-ID: 7\r\n\r\n")) {
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      List<String> said = new ArrayList<>();
      while (said.size() < 6) {
        String line = lines.readLine();
        if (line.matches("(?i)(id|event|data|content-type): .*")) {
          said.add(line.toLowerCase(java.util.Locale.ROOT));
        }
      }
      assertThat(said)
          .containsExactly(
              "content-type: text/event-stream",
              "id: 8",
              "event: tick",
              "data: {\"target\":\"demo-1\"}",
              "id: 9",
              "event: tick");
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(950));
    }
  }

  @Test
  void aWebSocketSendsBackWhatItIsSent() throws Exception {
    Heard heard = new Heard();
    WebSocket socket = open("/websocket", heard);
    assertThat(socket.getSubprotocol()).isEqualTo("demo");
    socket.sendText("in ", false).join();
    socket.sendText("pieces", true).join();
    socket.sendBinary(ByteBuffer.wrap(new byte[] {1, 2}), true).join();
    socket.sendPing(ByteBuffer.wrap("p".getBytes(StandardCharsets.US_ASCII))).join();
    assertThat(heard.next()).isEqualTo("in ");
    assertThat(heard.next()).isEqualTo("pieces.");
    assertThat(heard.next()).isEqualTo("2 bytes");
    assertThat(heard.next()).isEqualTo("pong");
    socket.sendClose(4000, "bye").join();
    assertThat(heard.next()).isEqualTo("closed 4000");
  }

  @Test
  void aWebSocketTicksWhenAsked() throws Exception {
    Heard heard = new Heard();
    WebSocket socket = open("/websocket?tick", heard);
    assertThat(heard.next()).isEqualTo("tick 1 of demo-1.");
    socket.sendText("mine", true).join();
    assertThat(heard.next()).isEqualTo("mine.");
    assertThat(heard.next()).isEqualTo("tick 2 of demo-1.");
    socket.abort();
  }

  @Test
  void withoutAnUpgradeThereIsNoWebSocket() throws Exception {
    HttpResponse<String> answer =
        client.send(request("/websocket").build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(426);
    assertThat(answer.headers().firstValue("Upgrade")).contains("websocket");
  }

  private WebSocket open(String path, Heard heard) {
    return client
        .newWebSocketBuilder()
        .subprotocols("demo")
        .buildAsync(URI.create(demo.urls().get(0).replace("http", "ws") + path), heard)
        .join();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(demo.urls().get(0) + path))
        .timeout(Duration.ofSeconds(20));
  }

  private Socket ask(String text) throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), demo.ports().get(0));
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** What is used of the heap, and beside it for buffers. */
  private static long memory() {
    System.gc();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return direct + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** What came, one entry each; a text that is whole has a full stop. */
  private static final class Heard implements WebSocket.Listener {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    String next() throws InterruptedException {
      return heard.poll(10, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      heard.add(text + (last ? "." : ""));
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer bytes, boolean last) {
      heard.add(bytes.remaining() + " bytes");
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
      heard.add("pong");
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      heard.add("closed " + code);
      return null;
    }
  }
}
