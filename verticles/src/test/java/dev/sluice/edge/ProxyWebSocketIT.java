package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.Waiting;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** WebSockets through the gateway. */
@ExtendWith(Servers.Extension.class)
class ProxyWebSocketIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;
  private Vertx vertx;
  private TestUpstream upstream;
  private TestNode gateway;
  private WebSocketClient client;
  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicLong flooded = new AtomicLong();

  @BeforeEach
  void start(Servers servers) throws Exception {
    vertx = Vertx.vertx();
    client = vertx.createWebSocketClient();
    upstream = new TestUpstream(vertx, this::serve);
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        upstreams:
          live: {targets: [{url: "%s"}]}
        routes:
          live:
            match: {paths: ["/live/*"]}
            upstream: live
            websocket: {ping: 200ms, idle: 1s}
          quiet:
            match: {paths: ["/quiet/*"]}
            upstream: live
            websocket: {ping: 0s, idle: 1s}
          none:
            match: {paths: ["/none/*"]}
            upstream: live
            websocket: {enabled: false}
        """
            .formatted(upstream.url()));
    gateway = TestNode.gateway(servers, folder, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
    await(vertx.close());
  }

  private void serve(HttpServerRequest request) {
    if (request.path().endsWith("/refused")) {
      request.response().setStatusCode(403).end("not you");
      return;
    }
    if (request.path().endsWith("/frames") || request.path().endsWith("/deaf")) {
      request.response().setStatusCode(101);
      request.response().putHeader("Connection", "Upgrade").putHeader("Upgrade", "websocket");
      request.toNetSocket().onSuccess(socket -> raw(socket, request.path().endsWith("/deaf")));
      return;
    }
    request
        .toWebSocket()
        .onSuccess(
            socket -> {
              socket.closeHandler(gone -> closed.incrementAndGet());
              if (request.path().endsWith("/flood")) {
                flood(socket);
              } else {
                socket.handler(socket::write);
              }
            });
  }

  /** Writes as long as it may. */
  private void flood(io.vertx.core.http.ServerWebSocket socket) {
    while (!socket.writeQueueFull() && flooded.get() < 1L << 30) {
      socket.writeBinaryMessage(Buffer.buffer(new byte[64 * 1024]));
      flooded.addAndGet(64 * 1024);
    }
    socket.drainHandler(drained -> flood(socket));
  }

  /** Frames without a payload, so that what has passed ends with a whole one; or reads nothing. */
  private void raw(NetSocket socket, boolean deaf) {
    socket.exceptionHandler(e -> {}).closeHandler(gone -> closed.incrementAndGet());
    Buffer frame = Buffer.buffer(new byte[] {(byte) 0x82, 0});
    if (deaf) {
      socket.pause();
      vertx.setPeriodic(100, now -> socket.write(frame)); // it notices the end by that
      return;
    }
    Buffer frames = Buffer.buffer();
    for (int i = 0; i < 32 * 1024; i++) {
      frames.appendBuffer(frame);
    }
    write(socket, frames);
  }

  private void write(NetSocket socket, Buffer frames) {
    while (!socket.writeQueueFull() && flooded.get() < 1L << 30) {
      socket.write(frames);
      flooded.addAndGet(frames.length());
    }
    socket.drainHandler(drained -> write(socket, frames));
  }

  private RawHttp raw(String path) throws Exception {
    RawHttp client = new RawHttp(gateway.url());
    client.write(
        "GET "
            + path
            + " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    assertThat(client.readHead().status()).isEqualTo(101);
    return client;
  }

  /** One whose upstream cannot write any more because nobody reads. */
  private RawHttp stuck(String path) throws Exception {
    RawHttp client = raw(path);
    untilItStandsStill();
    return client;
  }

  private void untilItStandsStill() throws Exception {
    long[] before = {-1};
    Waiting.until(
        "what is sent stands still",
        SOON,
        () -> {
          long now = flooded.get();
          boolean still = now == before[0] && now > 0;
          before[0] = now;
          return still;
        });
    assertThat(flooded.get()).isLessThan(64L << 20);
  }

  private WebSocketConnectOptions to(String path) {
    URI url = URI.create(gateway.url());
    return new WebSocketConnectOptions().setHost(url.getHost()).setPort(url.getPort()).setURI(path);
  }

  @Test
  void messagesGoBothWaysAndSubprotocolsAreTheUpstreams() throws Exception {
    WebSocket socket = await(client.connect(to("/live/echo").setSubProtocols(List.of("a", "b"))));
    assertThat(socket.subProtocol()).isEqualTo("b");
    Promise<Buffer> back = Promise.promise();
    socket.handler(back::tryComplete);
    Buffer large = Buffer.buffer("x".repeat(60_000));
    socket.write(large);
    assertThat(await(back.future())).isEqualTo(large);
    await(socket.close());
    Waiting.until("the upstream's side is closed", SOON, () -> closed.get() == 1);
  }

  @Test
  void aRefusalIsPassedOn() throws Exception {
    assertThat(awaitFailure(client.connect(to("/live/refused"))))
        .isInstanceOfSatisfying(
            UpgradeRejectedException.class,
            refused -> assertThat(refused.getStatus()).isEqualTo(403));
    assertThat(awaitFailure(client.connect(to("/none/echo"))))
        .isInstanceOfSatisfying(
            UpgradeRejectedException.class,
            refused -> assertThat(refused.getStatus()).isEqualTo(403));
    upstream.kill();
    assertThat(awaitFailure(client.connect(to("/live/echo"))))
        .isInstanceOfSatisfying(
            UpgradeRejectedException.class,
            refused -> assertThat(refused.getStatus()).isEqualTo(502));
  }

  /** A client library answers pings by itself; without pings it says nothing, and is cut off. */
  @Test
  void pingsKeepOneOpenAndSilenceEndsIt() throws Exception {
    WebSocket pinged = await(client.connect(to("/live/echo")));
    WebSocket silent = await(client.connect(to("/quiet/echo")));
    AtomicInteger ended = new AtomicInteger();
    silent.closeHandler(gone -> ended.incrementAndGet());
    Waiting.until("the silent one is closed", SOON, () -> ended.get() == 1);
    assertThat(silent.closeStatusCode()).isEqualTo((short) 1001);
    Promise<Buffer> back = Promise.promise();
    pinged.handler(back::tryComplete);
    pinged.write(Buffer.buffer("still here"));
    assertThat(await(back.future())).hasToString("still here");
  }

  /** Who does not read holds up its upstream, and not the memory of the gateway. */
  @Test
  void aSlowReaderHoldsUpItsUpstream() throws Exception {
    WebSocket socket = await(client.connect(to("/live/flood")));
    socket.pause();
    untilItStandsStill();
    AtomicLong read = new AtomicLong();
    socket.handler(part -> read.addAndGet(part.length()));
    socket.resume();
    long stood = flooded.get();
    Waiting.until("it goes on", SOON, () -> flooded.get() > stood && read.get() > 0);
  }

  @Test
  void whoReadsNothingIsNotWaitedForWhenTheNodeStops() throws Exception {
    try (RawHttp client = stuck("/live/frames")) {
      long begun = System.nanoTime();
      gateway.close();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
      Waiting.until("it is cut off", SOON, () -> client.refuses("\u0089\u0000"));
      Waiting.until("and the upstream", SOON, () -> closed.get() == 1);
    }
  }

  @Test
  void whoReadsAndSaysNothingIsCutOff() throws Exception {
    try (RawHttp client = stuck("/quiet/frames")) {
      Waiting.until("the upstream's side is closed", SOON, () -> closed.get() == 1);
      Waiting.until("it is cut off", SOON, () -> client.refuses("\u0089\u0000"));
    }
  }

  @Test
  void anUpstreamThatReadsNothingIsNotHeldByAClientThatHasGone() throws Exception {
    try (RawHttp client = raw("/live/deaf")) {
      Thread sends = new Thread(() -> sendUntilCut(client));
      sends.start();
      untilItStandsStill();
      client.abort();
      sends.join();
    }
    Waiting.until("the upstream's side is closed", SOON, () -> closed.get() == 1);
  }

  private void sendUntilCut(RawHttp client) {
    String frames = "\u0082\u0080mask".repeat(1000);
    try {
      while (!client.refuses(frames)) {
        flooded.addAndGet(frames.length());
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aNodeThatStopsSaysSo() throws Exception {
    WebSocket socket = await(client.connect(to("/live/echo")));
    Promise<Void> ended = Promise.promise();
    socket.closeHandler(ended::tryComplete);
    gateway.close();
    await(ended.future());
    assertThat(socket.closeStatusCode()).isEqualTo((short) 1001);
  }
}
