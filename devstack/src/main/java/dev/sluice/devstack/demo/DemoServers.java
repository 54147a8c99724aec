package dev.sluice.devstack.demo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Services that answer as their addresses say, each on a port of its own, over HTTP/1.1 and HTTP/2
 * in clear text. They are named {@code demo-1}, {@code demo-2} and so on, and say so in the header
 * {@code X-Demo-Target} of each answer.
 */
public final class DemoServers implements AutoCloseable {
  /** As long as a WebSocket may be silent; what else is open says something each second. */
  private static final int IDLE_SECONDS = 600;

  private static final int STOP_LIMIT_SECONDS = 5;
  private static final int LOOPS = 2;

  private final Vertx vertx;
  private final String host;
  private final List<Integer> ports;

  private DemoServers(Vertx vertx, String host, List<Integer> ports) {
    this.vertx = vertx;
    this.host = host;
    this.ports = ports;
  }

  /**
   * Starts one server a port, and returns when all of them listen.
   *
   * @param host the address to listen on
   * @param ports 0 for any free one
   * @throws IllegalStateException when one cannot listen; none does then
   */
  public static DemoServers start(String host, List<Integer> ports) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
    List<Integer> actual = new ArrayList<>();
    try {
      for (int i = 0; i < ports.size(); i++) {
        actual.add(listen(vertx, host, ports.get(i), "demo-" + (i + 1)).actualPort());
      }
      return new DemoServers(vertx, host, List.copyOf(actual));
    } catch (CompletionException e) {
      stop(vertx);
      throw new IllegalStateException(
          "the demo service cannot listen on "
              + host
              + ":"
              + ports.get(actual.size())
              + ": "
              + e.getCause(),
          e.getCause());
    }
  }

  /** The ports they listen on, in the order of their names. */
  public List<Integer> ports() {
    return ports;
  }

  /** Such as {@code http://127.0.0.1:18080}, in the order of their names. */
  public List<String> urls() {
    return ports.stream().map(port -> "http://" + host + ":" + port).toList();
  }

  /** Cuts what is open. Safe to call twice. */
  @Override
  public void close() {
    stop(vertx);
  }

  private static HttpServer listen(Vertx vertx, String host, int port, String name) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(host)
            .setPort(port)
            .setHandle100ContinueAutomatically(true)
            .setIdleTimeout(IDLE_SECONDS)
            .setWebSocketSubProtocols(List.of("demo"));
    return wait(
        vertx
            .createHttpServer(options)
            .requestHandler(new DemoPages(vertx, name, new Random()))
            .listen());
  }

  private static void stop(Vertx vertx) {
    wait(vertx.close().timeout(STOP_LIMIT_SECONDS, TimeUnit.SECONDS).otherwiseEmpty());
  }

  private static <T> T wait(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
