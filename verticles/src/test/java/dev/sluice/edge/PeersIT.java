package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The gateway in front of servers that others have written. Those that are not installed are left
 * out, but not where the environment says {@code CI}: there {@code .ci/run} has installed them.
 */
@ExtendWith(Servers.Extension.class)
class PeersIT {
  private static final int LARGE = 32 * 1024 * 1024;
  private static final String TEXT = "the same again and again, ".repeat(200);
  private static final long SEED = System.nanoTime();

  enum Kind {
    NGINX,
    NODE,
    PYTHON,
    VERTX;

    String path() {
      return "/" + name().toLowerCase(Locale.ROOT);
    }

    /** HTTP/1.0 and only the least of it: no ranges, no entity tags, no connection twice. */
    boolean isPlain() {
      return this == PYTHON;
    }
  }

  @TempDir private static Path folder;
  private static final Map<Kind, String> urls = new EnumMap<>(Kind.class);
  private static final List<Peer> peers = new ArrayList<>();
  private static byte[] large;
  private static Vertx vertx;
  private static TestNode gateway;
  private static final java.net.http.HttpClient client =
      java.net.http.HttpClient.newBuilder()
          .version(java.net.http.HttpClient.Version.HTTP_1_1)
          .build();

  @BeforeAll
  static void start(Servers servers) throws Exception {
    vertx = Vertx.vertx();
    large = new byte[LARGE];
    new Random(SEED).nextBytes(large);
    startPeers();
    StringBuilder routes = new StringBuilder("upstreams:\n");
    urls.forEach(
        (kind, url) ->
            routes.append("  %s: {targets: [{url: \"%s\"}]}\n".formatted(kind.name(), url)));
    routes.append("routes:\n");
    urls.keySet()
        .forEach(
            kind ->
                routes.append(
                    "  %1$s: {match: {paths: [\"%2$s/*\"]}, upstream: %1$s, rewrite: {strip_prefix: %2$s}}\n"
                        .formatted(kind.name(), kind.path())));
    Files.writeString(folder.resolve("routes.yaml"), routes);
    gateway = TestNode.gateway(servers, folder, Map.of());
  }

  private static void startPeers() throws Exception {
    for (Kind kind : Kind.values()) {
      Path own = Files.createDirectories(folder.resolve(kind.name()));
      Path files = Files.createDirectory(own.resolve("files"));
      Files.writeString(files.resolve("small.txt"), "0123456789".repeat(10));
      Files.writeString(files.resolve("gzip.txt"), TEXT);
      Files.write(files.resolve("large.bin"), large);
      if (kind == Kind.VERTX) {
        urls.put(kind, new VertxPeer(vertx, files).url());
      } else {
        Path program = Peer.program(program(kind));
        if (program != null) {
          Peer peer =
              switch (kind) {
                case NGINX -> Peer.nginx(program, own);
                case NODE -> Peer.script(program, "peer.js", own);
                default -> Peer.script(program, "peer.py", own);
              };
          peers.add(peer);
          urls.put(kind, peer.url());
        }
      }
    }
  }

  private static String program(Kind kind) {
    return kind == Kind.PYTHON ? "python3" : kind.name().toLowerCase(Locale.ROOT);
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      if (gateway != null) {
        gateway.close();
      }
    } finally {
      for (Peer peer : peers) {
        peer.close();
      }
      peers.clear();
      await(vertx.close());
    }
  }

  private static void needs(Kind kind) {
    if (!urls.containsKey(kind)) {
      String missing = program(kind) + " is not installed";
      if (System.getenv("CI") != null) {
        fail(missing);
      }
      abort(missing);
    }
  }

  private static URI uri(Kind kind, String path) {
    return URI.create(gateway.url() + kind.path() + path);
  }

  private static HttpResponse<byte[]> get(Kind kind, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(kind, path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  @ParameterizedTest
  @EnumSource
  void filesHeadsAndWhatIsNotThere(Kind kind) throws Exception {
    needs(kind);
    HttpResponse<byte[]> small = get(kind, "/small.txt");
    assertThat(small.statusCode()).isEqualTo(200);
    assertThat(new String(small.body(), StandardCharsets.UTF_8)).isEqualTo("0123456789".repeat(10));
    assertThat(small.headers().firstValue("Content-Length")).hasValue("100");
    assertThat(get(kind, "/none.txt").statusCode()).isEqualTo(404);
    try (RawHttp raw = new RawHttp(gateway.url())) {
      for (int i = 0; i < 3; i++) {
        raw.write("HEAD " + kind.path() + "/small.txt HTTP/1.1\r\nHost: a\r\n\r\n");
        RawHttp.Reply head = raw.readHead();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("content-length")).isEqualTo("100");
        raw.write("GET " + kind.path() + "/small.txt HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(raw.read().body()).hasSize(100);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aConnectionIsUsedAgain(Kind kind) throws Exception {
    needs(kind);
    Set<String> connections = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      HttpResponse<byte[]> answer = get(kind, "/connection");
      assertThat(answer.statusCode()).isEqualTo(200);
      connections.add(new String(answer.body(), StandardCharsets.UTF_8));
    }
    if (kind.isPlain()) {
      assertThat(connections).hasSizeGreaterThan(100); // a new port each time, or nearly
    } else {
      assertThat(connections).hasSizeLessThan(20); // a pause of 100 ms costs one
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotModifiedIsNotSentAgain(Kind kind) throws Exception {
    needs(kind);
    HttpResponse<byte[]> first = get(kind, "/small.txt");
    String[] condition =
        first.headers().firstValue("ETag").isPresent()
            ? new String[] {"If-None-Match", first.headers().firstValue("ETag").get()}
            : new String[] {
              "If-Modified-Since", first.headers().firstValue("Last-Modified").orElseThrow()
            };
    assertThat(condition[0]).isEqualTo(kind.isPlain() ? "If-Modified-Since" : "If-None-Match");
    try (RawHttp raw = new RawHttp(gateway.url())) {
      for (int i = 0; i < 3; i++) {
        raw.write(
            "GET %s/small.txt HTTP/1.1\r\nHost: a\r\n%s: %s\r\n\r\n"
                .formatted(kind.path(), condition[0], condition[1]));
        RawHttp.Reply reply = raw.readHead(); // and nothing after it, or the next one fails
        assertThat(reply.status()).isEqualTo(304);
        assertThat(reply.header("transfer-encoding")).isNull();
      }
      raw.write("GET " + kind.path() + "/small.txt HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(raw.read().body()).hasSize(100);
    }
  }

  @ParameterizedTest
  @EnumSource
  void partsOfFiles(Kind kind) throws Exception {
    needs(kind);
    HttpResponse<byte[]> part = get(kind, "/large.bin", "Range", "bytes=1000000-1999999");
    if (kind.isPlain()) {
      assertThat(part.statusCode()).isEqualTo(200); // it knows no ranges, and so all of it comes
      assertThat(part.body()).hasSize(LARGE);
      return;
    }
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.headers().firstValue("Content-Range"))
        .hasValue("bytes 1000000-1999999/" + LARGE);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(large, 1_000_000, 2_000_000));
  }

  @ParameterizedTest
  @EnumSource
  void largeFilesComeWhole(Kind kind) throws Exception {
    needs(kind);
    HttpResponse<byte[]> answer = get(kind, "/large.bin");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Arrays.equals(answer.body(), large)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void bodiesGoUpWithTheirLengthAndInChunks(Kind kind) throws Exception {
    needs(kind);
    byte[] body = Arrays.copyOf(large, 5_000_000);
    String hash = HexFormat.of().formatHex(VertxPeer.sha1().digest(body));
    String expected = kind == Kind.NGINX ? "5000000" : "5000000 " + hash;
    BodyPublisher chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
    for (BodyPublisher each : List.of(BodyPublishers.ofByteArray(body), chunked)) {
      HttpRequest put = HttpRequest.newBuilder(uri(kind, "/up")).PUT(each).build();
      HttpResponse<String> answer = client.send(put, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(expected);
    }
    try (RawHttp raw = new RawHttp(gateway.url())) {
      raw.write(
          "PUT %s/up HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
              .formatted(kind.path()));
      assertThat(raw.readHead().status()).isEqualTo(100);
      raw.write("abc");
      assertThat(raw.readHead().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource
  void connectionsThatAreClosedAfterTheAnswer(Kind kind) throws Exception {
    needs(kind);
    for (int i = 0; i < 20; i++) {
      HttpResponse<byte[]> answer = get(kind, "/close");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("closed");
      assertThat(answer.headers().firstValue("Connection")).as("that is theirs").isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsCompressedStaysSo(Kind kind) throws Exception {
    needs(kind);
    HttpResponse<byte[]> answer = get(kind, "/gzip.txt", "Accept-Encoding", "gzip");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
    assertThat(answer.body()).hasSizeLessThan(TEXT.length() / 4);
    byte[] text = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
    assertThat(new String(text, StandardCharsets.UTF_8)).isEqualTo(TEXT);
  }

  /**
   * The peers close connections that were idle for 100 ms, and each client asks again after about
   * as long: just when the connection is closed. A GET is not to fail for that.
   */
  @ParameterizedTest
  @EnumSource
  void idleConnectionsMayEndAtAnyMoment(Kind kind) throws Exception {
    needs(kind);
    Queue<String> wrong = new ConcurrentLinkedQueue<>();
    AtomicInteger answered = new AtomicInteger();
    HttpClient many = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(40));
    List<Future<Void>> clients = new ArrayList<>();
    Random random = new Random(SEED);
    long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
    for (int i = 0; i < 40; i++) {
      Promise<Void> over = Promise.promise();
      clients.add(over.future());
      ask(many, kind, new Random(random.nextLong()), end, over, wrong, answered);
    }
    await(Future.all(clients));
    assertThat(wrong).as("seed %d", SEED).isEmpty();
    assertThat(answered.get()).isGreaterThan(100);
  }

  private static void ask(
      HttpClient many,
      Kind kind,
      Random random,
      long end,
      Promise<Void> over,
      Queue<String> wrong,
      AtomicInteger answered) {
    URI uri = uri(kind, "/small.txt");
    many.request(HttpMethod.GET, uri.getPort(), uri.getHost(), uri.getPath())
        .compose(request -> request.send())
        .compose(response -> response.body().map(body -> response.statusCode() + " " + body))
        .onComplete(
            (said, failure) -> {
              if (failure != null || !said.equals("200 " + "0123456789".repeat(10))) {
                wrong.add(failure == null ? said : failure.toString());
              }
              answered.incrementAndGet();
              if (System.nanoTime() > end) {
                over.complete();
              } else {
                vertx.setTimer(
                    95 + random.nextInt(10),
                    next -> ask(many, kind, random, end, over, wrong, answered));
              }
            });
  }
}
