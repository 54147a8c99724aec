package dev.sluice.devstack.demo;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;

/** A WebSocket that sends back what it is sent, frame by frame. */
final class SocketPage {
  private static final int TICK_MILLIS = 1000;

  private final Vertx vertx;
  private final String name;

  SocketPage(Vertx vertx, String name) {
    this.vertx = vertx;
    this.name = name;
  }

  void open(HttpServerRequest request) {
    if (!request.headers().contains(HttpHeaders.UPGRADE, "websocket", true)) {
      request.response().putHeader("Upgrade", "websocket").putHeader("Connection", "Upgrade");
      DemoPages.text(request.response(), 426, "this is a WebSocket\n");
      return;
    }
    boolean ticks = request.params().contains("tick");
    request
        .toWebSocket()
        .onSuccess(
            socket -> {
              socket.frameHandler(frame -> echo(socket, frame));
              if (ticks) {
                tick(socket);
              }
            });
  }

  private static void echo(ServerWebSocket socket, WebSocketFrame frame) {
    if (!frame.isText() && !frame.isBinary() && !frame.isContinuation()) {
      return; // pings are answered, and ends are ended, before they come here
    }
    socket.writeFrame(frame);
    if (socket.writeQueueFull()) {
      socket.pause();
      socket.drainHandler(room -> socket.resume());
    }
  }

  private void tick(ServerWebSocket socket) {
    int[] ticks = {0};
    vertx.setPeriodic(
        TICK_MILLIS,
        timer -> {
          if (socket.isClosed()) {
            vertx.cancelTimer(timer);
          } else if (!socket.writeQueueFull()) {
            ticks[0]++;
            socket.writeTextMessage("tick " + ticks[0] + " of " + name);
          }
        });
  }
}
