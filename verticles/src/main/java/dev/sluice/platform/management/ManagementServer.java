package dev.sluice.platform.management;

import dev.sluice.platform.health.Health;
import dev.sluice.platform.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.BindException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Serves {@code /health/live} and {@code /health}, {@code /health/ready} and {@code /ready}, and
 * {@code /metrics}. Everything else is a problem (RFC 9457) with status 404 or 405.
 */
public final class ManagementServer {

  private static final int MAX_LINE = 2_048;
  private static final int MAX_HEADERS = 16_384;
  private static final String ALLOWED = "GET, HEAD";

  private final Vertx vertx;
  private final ManagementConfig config;
  private final Health health;
  private final Metrics metrics;
  private final HttpServer server;
  private final AtomicInteger connections = new AtomicInteger();
  // The scrape that is being made: whoever asks meanwhile gets the same text.
  private final AtomicReference<Future<String>> scrape = new AtomicReference<>();

  public ManagementServer(Vertx vertx, ManagementConfig config, Health health, Metrics metrics) {
    this.vertx = vertx;
    this.config = config;
    this.health = health;
    this.metrics = metrics;
    this.server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost(config.host())
                    .setPort(config.port())
                    .setIdleTimeout((int) config.idleTimeout().toMillis())
                    .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                    .setMaxInitialLineLength(MAX_LINE)
                    .setMaxHeaderSize(MAX_HEADERS)
                    .setHttp2ClearTextEnabled(false))
            .connectionHandler(this::connected)
            .requestHandler(router());
  }

  /**
   * Listens. Fails with an IllegalStateException that says which setting to change when it cannot.
   */
  public Future<ManagementServer> start() {
    return server
        .listen()
        .map(this)
        .recover(cause -> Future.failedFuture(new IllegalStateException(problem(cause), cause)));
  }

  /** The port it listens on, also when 0 was asked for. */
  public int actualPort() {
    return server.actualPort();
  }

  /** Closes the port and all connections. */
  public Future<Void> close() {
    return server.close();
  }

  private Router router() {
    Router router = Router.router(vertx);
    serve(router, "/health/live", this::live);
    serve(router, "/health", this::live);
    serve(router, "/health/ready", this::ready);
    serve(router, "/ready", this::ready);
    serve(router, "/metrics", this::metrics);
    router.route().handler(request -> refuse(request, 404, "Not Found"));
    router.errorHandler(500, request -> refuse(request, 500, "Internal Server Error"));
    return router;
  }

  private static void serve(
      Router router, String path, io.vertx.core.Handler<RoutingContext> handler) {
    router
        .route(path)
        .handler(
            request -> {
              HttpMethod method = request.request().method();
              if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
                handler.handle(request);
              } else {
                request.response().putHeader("Allow", ALLOWED);
                refuse(request, 405, "Method Not Allowed");
              }
            });
  }

  private void live(RoutingContext request) {
    boolean live = health.live();
    answer(
        request,
        live ? 200 : 503,
        "application/json",
        new JsonObject().put("status", live ? "healthy" : "unhealthy").encode());
  }

  private void ready(RoutingContext request) {
    var ready = health.ready();
    answer(request, ready.httpStatus(), "application/json", ready.toJson().encode());
  }

  private void metrics(RoutingContext request) {
    scraped()
        .onSuccess(text -> answer(request, 200, Metrics.CONTENT_TYPE, text))
        .onFailure(request::fail);
  }

  /** One scrape at a time, on a worker: with many routes it takes milliseconds. */
  private Future<String> scraped() {
    Future<String> running = scrape.get();
    if (running != null) {
      return running;
    }
    Future<String> mine = vertx.executeBlocking(metrics::scrape, false);
    scrape.set(mine);
    mine.onComplete(done -> scrape.compareAndSet(mine, null));
    return mine;
  }

  private void connected(HttpConnection connection) {
    connection.closeHandler(closed -> connections.decrementAndGet());
    if (connections.incrementAndGet() > config.maxConnections()) {
      connection.close();
    }
  }

  private static void refuse(RoutingContext request, int status, String title) {
    // Closed, because a body may follow that nobody is going to read.
    request.response().putHeader("Connection", "close");
    answer(
            request,
            status,
            "application/problem+json",
            new JsonObject()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .encode())
        .onComplete(sent -> request.request().connection().close());
  }

  private static Future<Void> answer(RoutingContext request, int status, String type, String body) {
    HttpServerResponse response = request.response();
    return response.ended() || response.closed()
        ? Future.succeededFuture()
        : response
            .setStatusCode(status)
            .putHeader("Content-Type", type)
            .putHeader("Cache-Control", "no-store")
            .putHeader("X-Content-Type-Options", "nosniff")
            .end(body);
  }

  private String problem(Throwable cause) {
    String remedy = "; set SLUICE_MANAGEMENT_PORT or management.port in sluice.yaml to another";
    boolean taken =
        cause instanceof BindException && String.valueOf(cause.getMessage()).contains("in use");
    return taken
        ? "management.port " + config.port() + " is taken" + remedy
        : "management.host "
            + config.host()
            + ", management.port "
            + config.port()
            + " cannot be listened on: "
            + cause.getMessage()
            + "; set SLUICE_MANAGEMENT_HOST or SLUICE_MANAGEMENT_PORT to others";
  }
}
