package dev.sluice.edge;

import static dev.sluice.Waiting.await;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A service behind the gateway: a real server on a port of its own, that can die and come back. */
final class TestUpstream {
  private final Vertx vertx;
  private final Handler<HttpServerRequest> handler;
  private final AtomicInteger requests = new AtomicInteger();
  private HttpServer server;
  private int port;

  TestUpstream(Vertx vertx, Handler<HttpServerRequest> handler) throws Exception {
    this.vertx = vertx;
    this.handler = handler;
    start();
  }

  /** Again, on the port it had. */
  void start() throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost("127.0.0.1")
            .setPort(port)
            .addWebSocketSubProtocol("b")
            .setPerMessageWebSocketCompressionSupported(true);
    server =
        await(
            vertx
                .createHttpServer(options)
                .requestHandler(
                    request -> {
                      requests.incrementAndGet();
                      handler.handle(request);
                    })
                .listen());
    port = server.actualPort();
  }

  /** As if it was killed: connections are cut. */
  void kill() throws Exception {
    await(server.shutdown(0, TimeUnit.SECONDS));
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  /** How many requests it has seen. */
  int requests() {
    return requests.get();
  }
}
