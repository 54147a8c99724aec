package dev.sluice.load.platform;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The program of the JVMs at both ends of {@link Sockets}: the service, which sends, and the
 * clients, which listen. A text is the moment it was sent, by the clock that all processes of a
 * machine share.
 */
final class SocketSide {
  private static final int AT_ONCE = 50;
  private static final long LIMIT_SECONDS = 60;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Context loop = vertx.getOrCreateContext();
  private final List<ServerWebSocket> sockets = new ArrayList<>();
  private WebSocketClient client;
  private long[] nanos = {};
  private int received;
  private int opened;
  private CompletableFuture<String> all = new CompletableFuture<>();

  private SocketSide() {}

  /**
   * @param args {@code service} or {@code listeners}
   */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err); // what answers is for the other side alone
    SocketSide side = new SocketSide();
    out.println(args[0].equals("service") ? side.listen() : 0);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(side.answer(line.split(" ", -1)));
    }
    Runtime.getRuntime().halt(0);
  }

  private String answer(String[] asked) {
    try {
      return switch (asked[0]) {
        case "send" -> onLoop(this::send).join();
        case "open" -> open(Integer.parseInt(asked[1]), Integer.parseInt(asked[2]));
        case "expect" -> onLoop(this::expect).join();
        default -> all.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
      };
    } catch (CompletionException e) {
      return "failed after " + received + " of " + nanos.length + ": " + e.getCause();
    }
  }

  private CompletableFuture<String> onLoop(Supplier<String> work) {
    CompletableFuture<String> done = new CompletableFuture<>();
    loop.runOnContext(now -> done.complete(work.get()));
    return done;
  }

  private int listen() {
    HttpServer server = vertx.createHttpServer();
    server.webSocketHandler(
        socket -> {
          sockets.add(socket);
          socket.closeHandler(closed -> sockets.remove(socket));
        });
    return server
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .join()
        .actualPort();
  }

  private String send() {
    String text = Long.toString(System.nanoTime());
    for (ServerWebSocket socket : sockets) {
      Future<Void> unused = socket.writeTextMessage(text);
    }
    return Integer.toString(sockets.size());
  }

  /** A few at once, as the gateway has a queue for those that knock. */
  private String open(int port, int many) {
    client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(many));
    nanos = new long[many];
    CompletableFuture<String> done = new CompletableFuture<>();
    loop.runOnContext(
        now -> {
          for (int i = 0; i < Math.min(AT_ONCE, many); i++) {
            open(port, many - AT_ONCE, done);
          }
        });
    return done.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
  }

  private void open(int port, int more, CompletableFuture<String> done) {
    client
        .connect(port, "127.0.0.1", "/live")
        .onSuccess(
            socket -> {
              socket.textMessageHandler(this::heard);
              socket.closeHandler(closed -> all.complete("failed: a WebSocket was closed"));
              opened++;
              if (opened == nanos.length) {
                done.complete("open");
              } else if (opened <= more) {
                open(port, more, done);
              }
            })
        .onFailure(done::completeExceptionally);
  }

  private String expect() {
    if (!all.isDone() || received == nanos.length) {
      all = new CompletableFuture<>();
      received = 0;
    }
    return "expecting";
  }

  private void heard(String text) {
    nanos[received++] = System.nanoTime() - Long.parseLong(text);
    if (received == nanos.length) {
      long[] sorted = nanos.clone();
      Arrays.sort(sorted);
      all.complete(sorted[sorted.length / 2] + " " + sorted[sorted.length * 99 / 100]);
    }
  }
}
