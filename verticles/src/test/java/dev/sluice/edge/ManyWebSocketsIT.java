package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.NodeProcess;
import dev.sluice.Servers;
import dev.sluice.Waiting;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand WebSockets on which nothing is said, through one gateway in a JVM of its own; fewer
 * where the system does not let a process have two files for each. What one of them costs is
 * printed.
 */
@ExtendWith(Servers.Extension.class)
class ManyWebSocketsIT {
  private static final int WANTED = 10_000;
  private static final int OTHER_FILES = 700;
  private static final int OUTSTANDING = 200;
  private static final int REQUESTS_A_SECOND = 100;
  private static final int MESSAGES_A_TURN = 20;
  private static final int TURN_MILLIS = 10;
  private static final long MOST_HEAP_OF_ONE = 50 * 1024;
  private static final double MOST_MILLIS = 250;
  private static final Duration SOON = Duration.ofSeconds(40);

  /** Longer than one that does not answer pings would stay open. */
  private static final Duration IDLE = Duration.ofSeconds(14);

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private Vertx vertx;
  private Context context;
  private Peer peer;
  private NodeProcess gateway;
  private WebSocketClient client;
  private URI url;

  // All of it belongs to one event loop, but that the test looks at the numbers.
  private final List<WebSocket> open = new ArrayList<>();
  private int written;
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicInteger echoed = new AtomicInteger();

  @BeforeEach
  void start(Servers servers) throws Exception {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
    peer = Peer.jvm(folder.resolve("peer"), 0, "-Xmx1g", "-XX:+UseSerialGC");
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        upstreams:
          peer: {targets: [{url: "%s"}], pool: {size: 100000}}
        routes:
          peer:
            match: {paths: ["/*"]}
            upstream: peer
            websocket: {ping: 4s, idle: 9s}
        """
            .formatted(peer.url()));
    gateway =
        NodeProcess.gateway(
            servers,
            folder,
            Map.of("SLUICE_EDGE_CONNECTIONS_PER_ADDRESS", "20000"),
            "-Xmx512m",
            // Netty takes its buffers from the JVM then, which counts and bounds them.
            "-Dio.netty.maxDirectMemory=0");
    url = URI.create(gateway.announced("rest"));
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
    peer.close();
    await(vertx.close());
  }

  @Test
  void tenThousandAreHeldAndCostLittle() throws Exception {
    int number = number();
    client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(number));
    openThem(OUTSTANDING);
    messages(OUTSTANDING);
    closeThem();
    Footprint before = Footprint.of(gateway);
    System.out.println("before: " + before);

    long start = System.nanoTime();
    openThem(number);
    double seconds = (System.nanoTime() - start) / 1e9;
    Footprint after = Footprint.of(gateway);
    Footprint more = after.minus(before);
    System.out.printf(
        "%d WebSockets in %.1f s, %.0f a second; %s%n", number, seconds, number / seconds, after);
    System.out.printf(
        "one of them: heap %.1f KB, direct %.1f KB, resident %.1f KB%n",
        kilobytes(more.heap(), number),
        kilobytes(more.direct(), number),
        kilobytes(more.resident(), number));
    assertThat(more.heap() / number).isLessThan(MOST_HEAP_OF_ONE);

    OpenLoad load = load().start();
    pass(IDLE);
    assertThat(said("while they are idle", await(load.stop()))).isLessThan(MOST_MILLIS);
    assertThat(closed.get()).isZero();
    assertThat(activeConnections()).isGreaterThanOrEqualTo(number);

    load = load().start();
    start = System.nanoTime();
    messages(number);
    System.out.printf("a message each and its echo in %.1f s%n", (System.nanoTime() - start) / 1e9);
    assertThat(said("meanwhile", await(load.stop()))).isPositive();
    assertThat(closed.get()).isZero();

    closeThem();
    Footprint end = Footprint.of(gateway);
    System.out.println("after: " + end);
    assertThat(end.minus(before).heap()).isLessThan(more.heap() / 4);
  }

  /** As many as the gateway may have files for, two each. */
  private static int number() throws Exception {
    Path limits = Path.of("/proc/self/limits");
    Matcher line =
        Pattern.compile("Max open files +\\S+ +([0-9]+)")
            .matcher(Files.exists(limits) ? Files.readString(limits) : "");
    if (!line.find()) {
      return WANTED; // there is no limit, or it is not known
    }
    long files = Long.parseLong(line.group(1));
    int number = (int) Math.min(WANTED, (files - OTHER_FILES) / 2);
    System.out.printf("%d files a process: %d WebSockets%n", files, number);
    assertThat(number).as("WebSockets for which there are files").isGreaterThan(100);
    return number;
  }

  private void openThem(int number) throws Exception {
    begun.set(0);
    opened.set(0);
    closed.set(0);
    List<Throwable> failures = new ArrayList<>();
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        go -> {
          for (int i = 0; i < Math.min(number, OUTSTANDING); i++) {
            openNext(number, failures, done);
          }
        });
    await(done.future());
    assertThat(failures).isEmpty();
    assertThat(opened.get()).isEqualTo(number);
    assertThat(closed.get()).isZero();
  }

  private void openNext(int number, List<Throwable> failures, Promise<Void> done) {
    if (begun.get() == number || !failures.isEmpty()) {
      return;
    }
    begun.incrementAndGet();
    client
        .connect(
            new WebSocketConnectOptions()
                .setHost(url.getHost())
                .setPort(url.getPort())
                .setURI("/websocket"))
        .onComplete(
            (socket, failure) -> {
              if (failure != null) {
                failures.add(failure);
                done.tryComplete();
                return;
              }
              socket.closeHandler(gone -> closed.incrementAndGet());
              socket.handler(message -> echoed.incrementAndGet());
              open.add(socket);
              if (opened.incrementAndGet() == number) {
                done.tryComplete();
              }
              openNext(number, failures, done);
            });
  }

  /** Each says something, and hears it. */
  private void messages(int number) throws Exception {
    echoed.set(0);
    Buffer message = Buffer.buffer("are you still there?");
    context.runOnContext(
        go ->
            vertx.setPeriodic(
                TURN_MILLIS,
                timer -> {
                  int from = written;
                  written = Math.min(number, from + MESSAGES_A_TURN);
                  open.subList(from, written).forEach(socket -> socket.write(message));
                  if (written == number) {
                    written = 0;
                    vertx.cancelTimer(timer);
                  }
                }));
    Waiting.until("each has its echo", SOON, () -> echoed.get() == number);
  }

  private void closeThem() throws Exception {
    int number = opened.get();
    context.runOnContext(
        go -> {
          open.forEach(WebSocket::close);
          open.clear();
        });
    Waiting.until("all are closed", SOON, () -> closed.get() == number);
    Waiting.until("the gateway has none any more", SOON, () -> activeConnections() == 0);
  }

  private OpenLoad load() {
    return new OpenLoad(
        vertx,
        url.toString(),
        REQUESTS_A_SECOND,
        n -> new OpenLoad.Ask(HttpMethod.GET, "/bytes/100"));
  }

  /** The 99th percentile, in milliseconds. */
  private static double said(String when, List<OpenLoad.Call> calls) {
    double p99 = OpenLoad.percentileMillis(calls, 99);
    System.out.printf(
        "%s: %d requests, median %.1f ms, p99 %.1f ms%n",
        when, calls.size(), OpenLoad.percentileMillis(calls, 50), p99);
    assertThat(calls).noneMatch(OpenLoad.Call::failed);
    return p99;
  }

  private double activeConnections() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(gateway.announced("management") + "/metrics")).build();
    Matcher line =
        Pattern.compile("active_connections\\{[^}]*} ([0-9.E]+)")
            .matcher(http.send(request, BodyHandlers.ofString()).body());
    assertThat(line.find()).isTrue();
    return Double.parseDouble(line.group(1));
  }

  private static double kilobytes(long bytes, int number) {
    return bytes / 1024.0 / number;
  }

  private void pass(Duration time) throws Exception {
    Promise<Void> passed = Promise.promise();
    vertx.setTimer(time.toMillis(), late -> passed.complete());
    await(passed.future());
  }
}
