package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.edge.guard.Doorkeeper;
import dev.sluice.edge.guard.HeadLimits;
import dev.sluice.edge.guard.OpenConnections;
import dev.sluice.edge.guard.SlowConfig;
import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection that was read strictly can become a WebSocket, and is then nobody's slow client. */
class UpgradeIT {
  private static final Duration SHORT = Duration.ofMillis(200);

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final OpenConnections connections = new OpenConnections(10, 10, address -> false, meters);

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private int serve() throws Exception {
    HttpServerOptions options = new HttpServerOptions().setHttp2ClearTextEnabled(false);
    Doorkeeper doorkeeper =
        new Doorkeeper(
            vertx,
            Time.system(),
            connections,
            options,
            new HeadLimits(8192, 8192, 100),
            new SlowConfig(SHORT, 1000, SHORT, SHORT),
            meters);
    Promise<Integer> port = Promise.promise();
    // On one event loop, like a verticle.
    vertx.runOnContext(
        loop -> {
          HttpServer server = vertx.createHttpServer(options);
          server.connectionHandler(connection -> doorkeeper.receive(connection, () -> {}));
          server.requestHandler(request -> request.toWebSocket().onSuccess(UpgradeIT::echo));
          doorkeeper.open();
          server.listen(0, "127.0.0.1").map(HttpServer::actualPort).onComplete(port);
        });
    return await(port.future());
  }

  private static void echo(ServerWebSocket socket) {
    socket.textMessageHandler(socket::writeTextMessage);
  }

  private static String said(WebSocket socket, String text) throws Exception {
    Promise<String> heard = Promise.promise();
    socket.textMessageHandler(heard::complete);
    await(socket.writeTextMessage(text));
    return await(heard.future());
  }

  @Test
  void aWebSocketMayBeSilent() throws Exception {
    int port = serve();
    WebSocketClient client = vertx.createWebSocketClient();
    WebSocket socket = await(client.connect(port, "127.0.0.1", "/"));
    assertThat(said(socket, "one")).isEqualTo("one");
    for (int i = 0; i < 2; i++) {
      try (RawHttp silent = new RawHttp("http://127.0.0.1:" + port)) {
        silent.write("GET /");
        assertThat(silent.readOrEnd()).isIn(-1, 400); // by then the other was silent for as long
      }
    }
    assertThat(said(socket, "two")).isEqualTo("two");
    assertThat(said(socket, "x".repeat(10_000))).hasSize(10_000);
    await(socket.close());
    await(client.close());
  }
}
