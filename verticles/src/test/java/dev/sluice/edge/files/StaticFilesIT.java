package dev.sluice.edge.files;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesIT {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final String SECRET = "this is secret";

  @TempDir Path above;
  private Path folder;
  private Vertx vertx;
  private StaticFiles files;
  private FileServer server;

  @BeforeEach
  void start() throws Exception {
    folder = above.resolve("public");
    write("public/index.html", "<h1>home</h1>");
    write("public/app.js", "let a = 1;");
    write("public/app.js.gz", "gzipped");
    write("public/app.js.br", "brotli");
    write("public/photo.png", "png");
    write("public/photo.png.gz", "not this");
    write("public/empty.txt", "");
    write("public/sub/index.html", "<h1>sub</h1>");
    write("public/bare/file.txt", "text");
    write("public/.hidden", SECRET);
    write("public/.git/config", SECRET);
    write("public/.well-known/security.txt", "Contact: a");
    write("public/a b+c.txt", "spaced");
    write("secret.txt", SECRET);
    write("secret.txt.gz", SECRET);
    write("public-not/secret.txt", SECRET);
    Files.createSymbolicLink(folder.resolve("out.txt"), above.resolve("secret.txt"));
    Files.createSymbolicLink(folder.resolve("outrel.txt"), Path.of("../secret.txt"));
    Files.createSymbolicLink(folder.resolve("outdir"), above);
    Files.createSymbolicLink(folder.resolve("near"), above.resolve("public-not"));
    Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
    Files.createSymbolicLink(folder.resolve("in.js"), Path.of("app.js"));
    write("public/leak.js", "plain");
    Files.createSymbolicLink(folder.resolve("leak.js.gz"), above.resolve("secret.txt.gz"));
    vertx = Vertx.vertx();
    serve(new FilesConfig("public", "index.html", Duration.ofHours(24)), true);
  }

  @AfterEach
  void stop() throws Exception {
    until("nothing is under way", SOON, () -> files.underWay() == 0);
    server.close();
    await(vertx.close());
  }

  @Test
  void aFileComesWithAllThatCachesNeed() throws Exception {
    FileServer.Reply reply = server.ask("GET /files/app.js");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo("let a = 1;");
    assertThat(reply.header("content-length")).isEqualTo("10");
    assertThat(reply.header("content-type")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(reply.header("cache-control")).isEqualTo("public, max-age=86400");
    assertThat(reply.header("last-modified")).isEqualTo("Fri, 02 Jan 2026 03:04:05 GMT");
    assertThat(reply.header("etag")).matches("\"[0-9a-f]+-[0-9a-f]+\"");
    assertThat(reply.header("accept-ranges")).isEqualTo("bytes");
    assertThat(reply.header("vary")).isEqualToIgnoringCase("accept-encoding");
    assertThat(reply.header("x-content-type-options")).isEqualTo("nosniff");
    assertThat(reply.header("x-edge")).isEqualTo("yes");
    until("its bytes are counted", SOON, () -> server.sent.get() == 10);
  }

  @Test
  void aHeadSaysTheSameWithoutABody() throws Exception {
    FileServer.Reply get = server.ask("GET /files/app.js");
    FileServer.Reply head = server.ask("HEAD /files/app.js", "Range: bytes=0-1");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.headers()).isEqualTo(get.headers());
    assertThat(head.body()).isEmpty();
  }

  @Test
  void aClientThatHasItIsToldSo() throws Exception {
    FileServer.Reply first = server.ask("GET /files/app.js");
    for (String condition :
        List.of(
            "If-None-Match: " + first.header("etag"),
            "If-None-Match: W/" + first.header("etag"),
            "If-Modified-Since: " + first.header("last-modified"))) {
      FileServer.Reply again = server.ask("GET /files/app.js", condition);
      assertThat(again.status()).as(condition).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      assertThat(again.header("etag")).isEqualTo(first.header("etag"));
      assertThat(again.header("cache-control")).isEqualTo("public, max-age=86400");
      assertThat(again.header("vary")).isNotNull();
    }
    assertThat(server.ask("GET /files/app.js", "If-Match: \"x\"").status()).isEqualTo(412);
    write("public/app.js", "let a = 2;");
    FileServer.Reply changed =
        server.ask("GET /files/app.js", "If-None-Match: " + first.header("etag"));
    assertThat(changed.status()).isEqualTo(304); // the same size, the same time: the same tag
    Files.setLastModifiedTime(
        folder.resolve("app.js"), FileTime.from(MODIFIED.plusNanos(1_000_000)));
    changed = server.ask("GET /files/app.js", "If-None-Match: " + first.header("etag"));
    assertThat(changed.text()).isEqualTo("let a = 2;");
  }

  @Test
  void partsOfAFile() throws Exception {
    FileServer.Reply part = server.ask("GET /files/app.js", "Range: bytes=4-4");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.text()).isEqualTo("a");
    assertThat(part.header("content-range")).isEqualTo("bytes 4-4/10");
    assertThat(part.header("content-length")).isEqualTo("1");
    String tag = part.header("etag");
    assertThat(server.ask("GET /files/app.js", "Range: bytes=-2", "If-Range: " + tag).text())
        .isEqualTo("1;");
    FileServer.Reply other =
        server.ask("GET /files/app.js", "Range: bytes=-2", "If-Range: \"other\"");
    assertThat(other.status()).isEqualTo(200);
    assertThat(other.text()).isEqualTo("let a = 1;");
    FileServer.Reply none = server.ask("GET /files/app.js", "Range: bytes=10-");
    assertThat(none.status()).isEqualTo(416);
    assertThat(none.header("content-range")).isEqualTo("bytes */10");
    assertThat(server.ask("GET /files/app.js", "Range: bytes=0-1,3-4").status()).isEqualTo(200);
    assertThat(server.ask("GET /files/app.js", "Accept-Encoding: gzip", "Range: bytes=0-3").text())
        .isEqualTo("gzip");
  }

  @Test
  void formsThatWereCompressedBeforehand() throws Exception {
    FileServer.Reply plain = server.ask("GET /files/app.js");
    FileServer.Reply gzip = server.ask("GET /files/app.js", "Accept-Encoding: gzip");
    FileServer.Reply brotli = server.ask("GET /files/app.js", "Accept-Encoding: gzip, br");
    assertThat(gzip.text()).isEqualTo("gzipped");
    assertThat(gzip.header("content-encoding")).isEqualTo("gzip");
    assertThat(gzip.header("content-type")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(brotli.text()).isEqualTo("brotli");
    assertThat(brotli.header("content-encoding")).isEqualTo("br");
    assertThat(List.of(plain.header("etag"), gzip.header("etag"), brotli.header("etag")))
        .doesNotHaveDuplicates();
    assertThat(server.ask("GET /files/app.js", "Accept-Encoding: gzip;q=0").text())
        .isEqualTo(plain.text());
    FileServer.Reply picture = server.ask("GET /files/photo.png", "Accept-Encoding: gzip");
    assertThat(picture.text()).isEqualTo("png");
    assertThat(picture.header("vary")).isNull();
    assertThat(server.ask("GET /files/in.js", "Accept-Encoding: gzip").text())
        .isEqualTo(plain.text());
    assertThat(server.ask("GET /files/leak.js", "Accept-Encoding: gzip").text()).isEqualTo("plain");
  }

  @Test
  void foldersHaveAPageOrNothing() throws Exception {
    assertThat(server.ask("GET /files/").text()).isEqualTo("<h1>home</h1>");
    assertThat(server.ask("GET /files/sub/").text()).isEqualTo("<h1>sub</h1>");
    FileServer.Reply moved = server.ask("GET /files/sub?a=1");
    assertThat(moved.status()).isEqualTo(301);
    assertThat(moved.header("location")).isEqualTo("./sub/?a=1");
    assertThat(moved.header("x-edge")).isEqualTo("yes");
    assertThat(server.ask("GET /files").header("location")).isEqualTo("./files/");
    assertThat(server.ask("GET //files//sub").status()).isEqualTo(404);
    assertThat(server.ask("GET /files/bare/").status()).isEqualTo(404);
    assertThat(server.ask("GET /files/bare").status()).isEqualTo(404);
    assertThat(server.ask("GET /files/app.js/").status()).isEqualTo(404);
    assertThat(server.ask("GET /files/app.js/x").status()).isEqualTo(404);
  }

  @Test
  void oddFiles() throws Exception {
    FileServer.Reply empty = server.ask("GET /files/empty.txt");
    assertThat(empty.status()).isEqualTo(200);
    assertThat(empty.header("content-length")).isEqualTo("0");
    assertThat(server.ask("GET /files/empty.txt", "Range: bytes=0-").status()).isEqualTo(416);
    assertThat(server.ask("GET /files/a%20b+c.txt").text()).isEqualTo("spaced");
    assertThat(server.ask("GET /files/.well-known/security.txt").text()).isEqualTo("Contact: a");
    assertThat(server.ask("GET /files/in.js").text()).isEqualTo("let a = 1;");
    assertThat(server.ask("GET /app.js").text()).isEqualTo("let a = 1;"); // a route without a rest
    assertThat(new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start().waitFor())
        .isZero();
    assertThat(server.ask("GET /files/pipe").status()).isEqualTo(404);
  }

  @Test
  void otherMethodsAreRefused() throws Exception {
    for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "PATCH")) {
      FileServer.Reply reply = server.ask(method + " /files/app.js", "Content-Length: 0");
      assertThat(reply.status()).isEqualTo(405);
      assertThat(reply.header("allow")).isEqualTo("GET, HEAD");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/files/../secret.txt",
        "/files/../../secret.txt",
        "/files/%2e%2e/secret.txt",
        "/files/%2E%2E/secret.txt",
        "/files/.%2e/secret.txt",
        "/files/%2e./secret.txt",
        "/files/%2e%2e%2fsecret.txt",
        "/files/..%2fsecret.txt",
        "/files/..%5csecret.txt",
        "/files/..\\secret.txt",
        "/files/sub/../../secret.txt",
        "/files/sub/%2e%2e/%2e%2e/secret.txt",
        "/files/sub/..%2f..%2fsecret.txt",
        "/files/./../secret.txt",
        "/files//../secret.txt",
        "/files/%252e%252e/secret.txt",
        "/files/..%00/secret.txt",
        "/files/app.js%00/../../secret.txt",
        "/files/../secret.txt%00.js",
        "/files/%c0%ae%c0%ae/secret.txt",
        "/files/%c0%ae%c0%ae%c0%afsecret.txt",
        "/files/%e0%80%ae%e0%80%ae/secret.txt",
        "/files/%uff0e%uff0e/secret.txt",
        "/files/..;/secret.txt",
        "/files/..;a=b/secret.txt",
        "/files/../public-not/secret.txt",
        "/files/%2e%2e/public-not/secret.txt",
        "/files/out.txt",
        "/files/outrel.txt",
        "/files/outdir/secret.txt",
        "/files/outdir/",
        "/files/outdir/public/../secret.txt",
        "/files/near/secret.txt",
        "/files/loop",
        "/files/loop/a",
        "/files/.hidden",
        "/files/%2ehidden",
        "/files/.git/config",
        "/files/%2egit/config",
        "/files/sub/../.hidden",
        "/files/.well-known/../.hidden",
        "/files/.well-known/%2e%2e/.hidden",
        "/files//etc/passwd",
        "/files/%2fetc/passwd",
        "/files///etc/passwd",
        "/files/etc/passwd",
        "/files/%2f%2fetc%2fpasswd",
        "/files/file:///etc/passwd",
        "/files/C:%5cwindows",
        "/files/~/secret.txt",
        "/files/...//secret.txt",
        "/files/.",
        "/files/..",
        "/files/%2e",
        "/files/%2e%2e",
        "/files/%",
        "/files/%zz"
      })
  void nothingOutsideTheFolderIsSeen(String path) throws Exception {
    for (String coding : List.of("identity", "gzip, br")) {
      FileServer.Reply reply = server.ask("GET " + path, "Accept-Encoding: " + coding);
      assertThat(reply.status()).as(path).isIn(400, 404);
      assertThat(reply.text()).doesNotContain(SECRET).doesNotContain("root:");
    }
  }

  @Test
  void aFolderCanBeExchangedAtOnce() throws Exception {
    write("release-2/index.html", "two");
    Path link = above.resolve("current");
    Files.createSymbolicLink(link, folder);
    server.close();
    serve(new FilesConfig("current", "index.html", Duration.ZERO), true);
    assertThat(server.ask("GET /files/").text()).isEqualTo("<h1>home</h1>");
    Files.createSymbolicLink(above.resolve("next"), above.resolve("release-2"));
    Files.move(above.resolve("next"), link, StandardCopyOption.ATOMIC_MOVE);
    FileServer.Reply reply = server.ask("GET /files/");
    assertThat(reply.text()).isEqualTo("two");
    assertThat(reply.header("cache-control")).isEqualTo("no-cache");
    Files.delete(link);
    assertThat(server.ask("GET /files/").status()).isEqualTo(404);
  }

  @Test
  void whatIsOnlyForSomeIsNotKeptForAll() throws Exception {
    server.close();
    serve(new FilesConfig(folder.toString(), "", Duration.ofMinutes(1)), false);
    assertThat(server.ask("GET /files/app.js").header("cache-control"))
        .isEqualTo("private, max-age=60");
    assertThat(server.ask("GET /files/").status()).isEqualTo(404); // no index
    assertThat(server.ask("GET /files").status()).isEqualTo(404);
  }

  @Test
  void aFolderThatIsNotThereIsAMistake() {
    assertThatThrownBy(() -> of(new FilesConfig("publik", "", Duration.ZERO), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("path: a folder that is there, which /")
        .hasMessageEndingWith("/publik is not");
  }

  /**
   * Files are put in place whole while they are read: nobody gets half of one and half of another.
   */
  @Test
  void aFileThatIsExchangedIsOneOrTheOther() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; !over.get(); i++) {
                exchange(i % 26);
              }
            });
    until("the first is there", SOON, () -> Files.exists(folder.resolve("swap.bin")));
    List<CompletableFuture<Void>> readers = new ArrayList<>();
    for (int reader = 0; reader < 4; reader++) {
      readers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 100; i++) {
                  readSwapped();
                }
              }));
    }
    try {
      CompletableFuture.allOf(readers.toArray(CompletableFuture[]::new)).join();
    } finally {
      over.set(true);
      writer.join();
    }
  }

  @Test
  void aClientThatGoesLeavesNothingOpen() throws Exception {
    large("large.bin", 256L << 20);
    for (int i = 0; i < 5; i++) {
      try (Socket socket = server.open("GET /files/large.bin")) {
        assertThat(socket.getInputStream().readNBytes(10_000)).hasSize(10_000);
      }
    }
    until("all are given up", SOON, () -> files.underWay() == 0);
    until("all are closed", SOON, () -> openDescriptors("large.bin") == 0);
  }

  @Test
  void beyondTheBoundOthersAreTurnedAway() throws Exception {
    large("large.bin", 256L << 20);
    server.close();
    files =
        StaticFiles.of(
            new FilesConfig("public", "", Duration.ZERO), above, true, vertx, Time.system(), 1);
    server = new FileServer(vertx, files);
    try (Socket socket = server.open("GET /files/large.bin")) {
      assertThat(socket.getInputStream().readNBytes(1000)).hasSize(1000);
      assertThat(server.ask("GET /files/app.js").status()).isEqualTo(503);
      assertThat(files.underWay()).isEqualTo(1);
    }
    until("there is room again", SOON, () -> files.underWay() == 0);
    assertThat(server.ask("GET /files/app.js").status()).isEqualTo(200);
  }

  @Test
  void aFileThatShrinksIsNotTakenForWhole() throws Exception {
    large("large.bin", 256L << 20);
    try (Socket socket = server.open("GET /files/large.bin")) {
      long read = socket.getInputStream().readNBytes(1000).length;
      large("large.bin", 1000);
      byte[] part = new byte[1 << 16];
      for (int count = 0; count >= 0; count = readOrEnd(socket, part)) {
        read += count;
      }
      assertThat(read).isLessThan(256L << 20);
    }
    until("it is closed", SOON, () -> openDescriptors("large.bin") == 0);
  }

  @Test
  void overHttp2Too() throws Exception {
    large("large.bin", 20L << 20);
    var client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    HttpClientResponse small = ask(client, "/files/app.js");
    assertThat(small.statusCode()).isEqualTo(200);
    assertThat(await(read(small)).toString()).isEqualTo("let a = 1;");
    HttpClientResponse large = ask(client, "/files/large.bin");
    assertThat(large.getHeader("Content-Length")).isEqualTo(Long.toString(20L << 20));
    assertThat(await(read(large)).length()).isEqualTo(20 << 20);
    HttpClientResponse left = ask(client, "/files/large.bin");
    assertThat(files.underWay()).isEqualTo(1); // it is not read, and so it is not sent
    await(left.request().reset());
    until("it is given up", SOON, () -> files.underWay() == 0);
    HttpClientResponse shrinking = ask(client, "/files/large.bin");
    large("large.bin", 1000);
    assertThat(awaitFailure(read(shrinking))).isNotNull();
    until("all are closed", SOON, () -> openDescriptors("large.bin") == 0);
    await(client.close());
  }

  private HttpClientResponse ask(HttpClient client, String path) throws Exception {
    return await(
        client
            .request(HttpMethod.GET, server.port(), "127.0.0.1", path)
            .compose(
                request ->
                    request
                        .send()
                        .map(
                            response -> {
                              response.pause();
                              return response;
                            })));
  }

  private static Future<Buffer> read(HttpClientResponse response) {
    Future<Buffer> body = response.body();
    response.resume();
    return body;
  }

  private static int readOrEnd(Socket socket, byte[] part) throws IOException {
    try {
      return socket.getInputStream().read(part);
    } catch (SocketException reset) {
      return -1;
    }
  }

  private void exchange(int letter) {
    byte[] content = new byte[100_000 + letter];
    Arrays.fill(content, (byte) ('a' + letter));
    try {
      Path fresh = Files.write(folder.resolve("swap.new"), content);
      Files.move(fresh, folder.resolve("swap.bin"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readSwapped() {
    try {
      FileServer.Reply reply = server.ask("GET /files/swap.bin");
      assertThat(reply.status()).isEqualTo(200);
      byte letter = reply.body()[0];
      assertThat(reply.body()).hasSize(100_000 + letter - 'a');
      assertThat(reply.header("content-length")).isEqualTo("" + reply.body().length);
      assertThat(reply.body()[reply.body().length - 1]).isEqualTo(letter);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(FilesConfig config, boolean open) throws Exception {
    files = of(config, open);
    server = new FileServer(vertx, files);
  }

  private StaticFiles of(FilesConfig config, boolean open) {
    return StaticFiles.of(config, above, open, vertx, Time.system());
  }

  private void write(String name, String content) throws IOException {
    Path file = above.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, FileTime.from(MODIFIED));
  }

  private void large(String name, long bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
      file.setLength(bytes);
    }
  }

  private static long openDescriptors(String name) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(link -> target(link).endsWith(name)).count();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }
}
