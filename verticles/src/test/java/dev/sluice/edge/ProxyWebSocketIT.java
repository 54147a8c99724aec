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
    long[] before = {-1};
    Waiting.until(
        "the upstream stands still",
        SOON,
        () -> {
          long now = flooded.get();
          boolean still = now == before[0] && now > 0;
          before[0] = now;
          return still;
        });
    assertThat(flooded.get()).isLessThan(64L << 20);
    AtomicLong read = new AtomicLong();
    socket.handler(part -> read.addAndGet(part.length()));
    socket.resume();
    long stood = flooded.get();
    Waiting.until("it goes on", SOON, () -> flooded.get() > stood && read.get() > 0);
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
