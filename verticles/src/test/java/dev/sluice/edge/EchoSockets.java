package dev.sluice.edge;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Many WebSockets to something that sends back what it gets. Each sends a message with the next
 * number about every second and must get all of them, in order. All of it is on one event loop.
 */
final class EchoSockets {
  private static final int OPENED_AT_ONCE = 20;

  /** Of the sockets, so many send at each tick, so that one has its turn after a second. */
  private static final int TICKS_A_SECOND = 50;

  private static final long LAST_ECHO_MILLIS = 5000;

  private final Vertx vertx;
  private final Context context;
  private final WebSocketClient client;
  private final URI base;
  private final int number;
  private final IntFunction<String> paths;
  private final List<Echo> echoes = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private long sent;
  private long received;
  private int next;
  private boolean stopping;

  /** One of them. */
  private static final class Echo {
    final WebSocket socket;
    long sent;
    long received;

    Echo(WebSocket socket) {
      this.socket = socket;
    }
  }

  /**
   * What came of it.
   *
   * @param wrong what went wrong; empty if nothing did
   */
  record Outcome(long sent, long received, List<String> wrong) {}

  /**
   * @param base such as {@code http://127.0.0.1:8080}
   * @param paths where the n-th goes
   */
  EchoSockets(Vertx vertx, String base, int number, IntFunction<String> paths) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.base = URI.create(base);
    this.number = number;
    this.paths = paths;
    this.client =
        vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(number));
  }

  /** Opens them, and begins to send when all are open. */
  Future<Void> open() {
    Promise<Void> open = Promise.promise();
    context.runOnContext(
        go -> openNext().onSuccess(all -> vertx.setTimer(1, now -> tick())).onComplete(open));
    return open.future();
  }

  private Future<Void> openNext() {
    if (echoes.size() >= number) {
      return Future.succeededFuture();
    }
    List<Future<WebSocket>> some = new ArrayList<>();
    for (int i = echoes.size(); i < Math.min(number, echoes.size() + OPENED_AT_ONCE); i++) {
      some.add(
          client.connect(
              new WebSocketConnectOptions()
                  .setHost(base.getHost())
                  .setPort(base.getPort())
                  .setURI(paths.apply(i))));
    }
    return Future.all(some)
        .compose(
            open -> {
              some.forEach(socket -> listen(socket.result()));
              return openNext();
            });
  }

  private void listen(WebSocket socket) {
    int index = echoes.size();
    Echo echo = new Echo(socket);
    echoes.add(echo);
    socket.exceptionHandler(failure -> wrong.add("socket " + index + ": " + failure));
    socket.closeHandler(
        closed -> {
          if (!stopping) {
            wrong.add("socket " + index + " was closed: " + socket.closeStatusCode());
          }
        });
    socket.handler(
        back -> {
          received++;
          String text = back.toString();
          if (!text.equals("message " + echo.received++)) {
            wrong.add("socket " + index + " got " + text + " in place of " + (echo.received - 1));
          }
        });
  }

  private void tick() {
    if (stopping) {
      return;
    }
    for (int i = 0; i < Math.max(1, number / TICKS_A_SECOND); i++) {
      Echo echo = echoes.get(next++ % number);
      sent++;
      echo.socket
          .writeTextMessage("message " + echo.sent++)
          .onFailure(failure -> wrong.add("a message could not be sent: " + failure));
    }
    vertx.setTimer(1000 / TICKS_A_SECOND, again -> tick());
  }

  /** Sends no more, and tells of all when the last echo has come, or did not for five seconds. */
  Future<Outcome> stop() {
    Promise<Outcome> ended = Promise.promise();
    context.runOnContext(
        go -> {
          stopping = true;
          long silent = echoes.stream().filter(echo -> echo.socket.isClosed()).count();
          if (silent > 0) {
            wrong.add(silent + " sockets are closed");
          }
          end(System.nanoTime(), ended);
        });
    return ended.future();
  }

  private void end(long stopped, Promise<Outcome> ended) {
    if (received < sent && (System.nanoTime() - stopped) / 1_000_000 < LAST_ECHO_MILLIS) {
      vertx.setTimer(20, later -> end(stopped, ended));
      return;
    }
    ended.complete(new Outcome(sent, received, List.copyOf(wrong)));
    client.close();
  }
}
