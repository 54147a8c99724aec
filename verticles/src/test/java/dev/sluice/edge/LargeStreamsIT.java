package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.NodeProcess;
import dev.sluice.Servers;
import dev.sluice.Waiting;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.BufferedInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gigabyte in each direction, of which the other side reads nothing at first, through a gateway
 * in a JVM that could not hold a fifth of it. What it holds is looked at all the while.
 */
@ExtendWith(Servers.Extension.class)
class LargeStreamsIT {
  private static final long SIZE = 1L << 30;
  private static final int PART = 256 * 1024;
  private static final long MOST_GROWTH = 64L << 20;
  private static final Duration SLOW_START = Duration.ofMillis(1500);

  @TempDir Path folder;
  private Vertx vertx;
  private Peer peer;
  private NodeProcess gateway;
  private final ExecutorService threads = Executors.newSingleThreadExecutor();

  @BeforeEach
  void start(Servers servers) throws Exception {
    vertx = Vertx.vertx();
    peer = Peer.jvm(folder.resolve("peer"), 0, "-Xmx64m", "-XX:+UseSerialGC");
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        upstreams:
          peer: {targets: [{url: "%s"}]}
        routes:
          peer: {match: {paths: ["/*"]}, upstream: peer, body_limit: 2GB}
        """
            .formatted(peer.url()));
    gateway =
        NodeProcess.gateway(
            servers,
            folder,
            Map.of(),
            "-Xmx192m",
            "-XX:MaxDirectMemorySize=128m",
            // Netty takes its buffers from the JVM then, which counts and bounds them.
            "-Dio.netty.maxDirectMemory=0");
  }

  @AfterEach
  void stop() throws Exception {
    threads.shutdownNow();
    gateway.close();
    peer.close();
    await(vertx.close());
  }

  @Test
  void aGigabyteEachWayNeedsNoMoreMemory() throws Exception {
    assertThat(download(1024)).isEqualTo(1024);
    assertThat(upload("/count", 1024)).isEqualTo("1024");
    Footprint before = Footprint.of(gateway);
    System.out.println("before: " + before);
    long begun = System.nanoTime();
    Future<Long> down = threads.submit(() -> download(SIZE));
    Footprint most = watch(down);
    assertThat(down.get()).isEqualTo(SIZE);
    said("down", before, most, begun);
    begun = System.nanoTime();
    Future<String> up = threads.submit(() -> upload("/slow", SIZE));
    most = watch(up);
    assertThat(up.get()).isEqualTo(Long.toString(SIZE));
    said("up", before, most, begun);
  }

  private static void said(String way, Footprint before, Footprint most, long begun) {
    Footprint more = most.minus(before);
    System.out.printf(
        "1 GB %s in %.1f s, most more than before: %s%n",
        way, (System.nanoTime() - begun) / 1e9, more);
    assertThat(more.heap()).isLessThan(MOST_GROWTH);
    assertThat(more.direct()).isLessThan(MOST_GROWTH);
  }

  /** The most it holds while something goes on. */
  private Footprint watch(Future<?> stream) throws Exception {
    Footprint[] most = {Footprint.of(gateway)};
    Waiting.until(
        "the stream has ended",
        Duration.ofSeconds(60),
        () -> {
          most[0] = most[0].most(Footprint.of(gateway));
          return stream.isDone();
        });
    return most[0];
  }

  private Socket open() throws Exception {
    URI url = URI.create(gateway.announced("rest"));
    Socket socket = new Socket(url.getHost(), url.getPort());
    socket.setSoTimeout(30_000);
    return socket;
  }

  /** Reads nothing for a while if there is much to come. */
  private long download(long size) throws Exception {
    try (Socket socket = open()) {
      write(socket, "GET /bytes/" + size + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      if (size > PART) {
        pass(SLOW_START);
      }
      InputStream in = new BufferedInputStream(socket.getInputStream(), PART);
      assertThat(head(in)).startsWith("HTTP/1.1 200");
      byte[] part = new byte[PART];
      long read = 0;
      for (int some = in.read(part); some >= 0; some = in.read(part)) {
        read += some;
      }
      return read;
    }
  }

  private String upload(String path, long size) throws Exception {
    try (Socket socket = open()) {
      write(
          socket,
          "PUT %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
              .formatted(path, size));
      byte[] part = new byte[PART];
      OutputStream out = socket.getOutputStream();
      for (long left = size; left > 0; left -= PART) {
        out.write(part, 0, (int) Math.min(left, PART));
      }
      out.flush();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      assertThat(head(in)).startsWith("HTTP/1.1 200");
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static void write(Socket socket, String text) throws Exception {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String head(InputStream in) throws Exception {
    StringBuilder head = new StringBuilder();
    for (int next = in.read(); next >= 0 && head.indexOf("\r\n\r\n") < 0; next = in.read()) {
      in.mark(1);
      head.append((char) next);
    }
    in.reset();
    return head.toString();
  }

  private void pass(Duration time) throws Exception {
    Promise<Void> passed = Promise.promise();
    vertx.setTimer(time.toMillis(), late -> passed.complete());
    await(passed.future());
  }
}
