package dev.sluice.edge;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;

/**
 * A service in a JVM of its own, which can be killed: says on its output which port it has, and
 * ends with its input, that is with whoever started it.
 *
 * <ul>
 *   <li>{@code /wait/20} answers after 20 milliseconds, with how often it was asked;
 *   <li>{@code /bytes/1000} with so many zeros;
 *   <li>{@code /count} with how many bytes of body came, and {@code /slow} with the same, but only
 *       begins to read them after two seconds;
 *   <li>{@code /websocket} sends back what comes.
 * </ul>
 */
final class PeerProcess {
  private static final Buffer PART = Buffer.buffer(new byte[64 * 1024]);
  private static final long SLOW_MILLIS = 2000;

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(false));
  private int asked;

  private PeerProcess() {}

  /**
   * @param args the port, 0 for any that is free
   */
  public static void main(String[] args) throws Exception {
    PeerProcess peer = new PeerProcess();
    int port =
        peer.vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost("127.0.0.1")
                    .setPort(Integer.parseInt(args[0]))
                    .setAcceptBacklog(4096))
            .requestHandler(peer::serve)
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS)
            .actualPort();
    System.out.println("port " + port);
    int end = System.in.read();
    Runtime.getRuntime().halt(end);
  }

  private void serve(HttpServerRequest request) {
    String path = request.path();
    HttpServerResponse response = request.response();
    if (path.startsWith("/wait/")) {
      asked++;
      vertx.setTimer(Math.max(1, number(path)), late -> response.end("asked " + asked));
    } else if (path.startsWith("/bytes/")) {
      long length = number(path);
      response.putHeader("Content-Length", Long.toString(length));
      write(response, length);
    } else if (path.equals("/websocket")) {
      request.toWebSocket().onSuccess(socket -> socket.handler(socket::write));
    } else if (path.equals("/slow")) {
      request.pause();
      count(request);
      vertx.setTimer(SLOW_MILLIS, later -> request.resume());
    } else {
      count(request);
    }
  }

  private static void count(HttpServerRequest request) {
    long[] length = {0};
    request.handler(part -> length[0] += part.length());
    request.endHandler(end -> request.response().end(Long.toString(length[0])));
  }

  /** As long as it may. */
  private static void write(HttpServerResponse response, long left) {
    long rest = left;
    while (rest > 0 && !response.writeQueueFull()) {
      int size = (int) Math.min(rest, PART.length());
      response.write(size == PART.length() ? PART : PART.slice(0, size));
      rest -= size;
    }
    if (rest == 0) {
      response.end();
    } else {
      long still = rest;
      response.drainHandler(drained -> write(response, still));
    }
  }

  private static long number(String path) {
    return Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
  }
}
