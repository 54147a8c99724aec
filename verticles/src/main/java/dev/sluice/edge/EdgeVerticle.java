package dev.sluice.edge;

import dev.sluice.edge.cache.CacheStoreConfig;
import dev.sluice.edge.cache.LoopCache;
import dev.sluice.edge.guard.Doorkeeper;
import dev.sluice.edge.guard.GuardConfig;
import dev.sluice.edge.idempotency.IdempotencyStore;
import dev.sluice.edge.proxy.Forwarder;
import dev.sluice.edge.route.RoutesReader;
import dev.sluice.limiter.Limiters;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.ConfigException;
import dev.sluice.platform.config.Section;
import dev.sluice.platform.lifecycle.Ground;
import dev.sluice.platform.lifecycle.NodeConfig;
import dev.sluice.platform.redis.RedisConfig;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.BindException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The gateway on one event loop. A node has several, which share the port; what they share besides
 * is in {@link NodeEdge}.
 */
public final class EdgeVerticle extends VerticleBase {
  public static final Section<EdgeConfig> EDGE = new Section<>("edge", EdgeConfig.class);
  public static final Section<GuardConfig> GUARD = GuardConfig.SECTION;
  public static final Section<LimitsConfig> LIMITS = new Section<>("limits", LimitsConfig.class);

  public static final Section<CacheStoreConfig> CACHE =
      new Section<>("cache", CacheStoreConfig.class);

  /** What the event loops of one node have in common, as who starts the node sees it. */
  public sealed interface Shared permits NodeEdge {

    /** To be called before the first verticle is deployed. */
    Future<Void> open();

    /** To be deployed, as often as {@link EdgeVerticle#loops} says. */
    Deployable verticle();

    Future<Void> close();

    /** As users write it, such as {@code http://127.0.0.1:8080}; once an event loop serves. */
    String url();
  }

  /**
   * Of one node; to be made once.
   *
   * @param issuer what access tokens must name as theirs
   * @param serves the rooms of this node, and {@code edge}
   */
  public static Shared shared(Ground ground, String issuer, Limiters limiters, Set<String> serves) {
    return new NodeEdge(ground, issuer, limiters, serves);
  }

  private final NodeEdge node;
  private final Ground ground;
  private HttpServer server;
  private HttpServer clearText; // null without a port of its own
  private Forwarder forwarder;
  private LoopCache cache;
  private Doorkeeper doorkeeper;
  private AccessLog accessLog; // null for none

  /**
   * Reads and checks the table of routes, if there is one, without using it.
   *
   * @return how many routes it has
   * @throws ConfigException with every mistake in it
   */
  public static int checkRoutes(Config config) {
    String text = LiveRoutes.read(file(config), "");
    RoutesReader reader = new RoutesReader(folder(config), Routing.contracts());
    return reader.read(text, LiveRoutes.FILE).routes().size();
  }

  static Path folder(Config config) {
    return config.folder().orElse(Path.of("."));
  }

  /** Of the routes; null for none. */
  static Path file(Config config) {
    String name = config.get(EDGE).routesFile();
    return name.isEmpty() ? null : folder(config).resolve(name);
  }

  /** How many event loops shall serve. */
  public static int loops(Config config) {
    int wanted = config.get(EDGE).instances();
    return wanted > 0 ? wanted : 2 * Runtime.getRuntime().availableProcessors();
  }

  EdgeVerticle(NodeEdge node) {
    this.node = node;
    this.ground = node.ground;
  }

  @Override
  public Future<?> start() {
    EdgeConfig config = node.config;
    HttpServerOptions options = Listener.options(config);
    node.protection.certificates().configure(options);
    server = vertx.createHttpServer(options);
    Listener listener = new Listener(config.heads(), ground.http(), ground.metrics().registry());
    doorkeeper =
        new Doorkeeper(
            vertx,
            ground.time(),
            node.connections,
            options,
            config.heads(),
            config.slow(),
            ground.metrics().registry());
    doorkeeper.open();
    Handler<HttpServerRequest> gateway = Listener.http2(doorkeeper, listener, gateway()::handle);
    server.requestHandler(gateway).invalidRequestHandler(listener::malformed);
    server.connectionHandler(this::connected);
    // A negative port lets all event loops of this node share one free port.
    return server
        .listen(config.port() == 0 ? -1 : config.port(), config.host())
        .onSuccess(
            listening -> {
              node.listens(listening.actualPort());
              node.protection.certificates().serve(listening);
            })
        .compose(listening -> listenClearText(config, gateway))
        .recover(failure -> Future.failedFuture(explained(failure, config)));
  }

  /** Takes no new connection, lets what is in flight finish, for ten seconds at most. */
  @Override
  public Future<?> stop() {
    forwarder.goAway();
    Future<?> second =
        clearText == null ? Future.succeededFuture() : clearText.shutdown(10, TimeUnit.SECONDS);
    return Future.join(server.shutdown(10, TimeUnit.SECONDS), second)
        .onComplete(
            gone -> {
              forwarder.close();
              cache.close();
              doorkeeper.close();
              if (accessLog != null) {
                accessLog.flush();
              }
            });
  }

  private void connected(HttpConnection connection) {
    if (doorkeeper.receive(connection, ground.http()::connectionClosed)) {
      ground.http().connectionOpened();
    }
  }

  /** The port where nothing but HTTP/2 is spoken, if there is one. */
  private Future<?> listenClearText(EdgeConfig config, Handler<HttpServerRequest> gateway) {
    int port = config.http2().clearTextPort();
    if (port == 0) {
      return Future.succeededFuture();
    }
    clearText = vertx.createHttpServer(Listener.http2Only(Listener.options(config)));
    clearText.requestHandler(gateway).invalidRequestHandler(none -> none.connection().close());
    clearText.connectionHandler(
        connection -> {
          if (doorkeeper.receiveHttp2(connection, ground.http()::connectionClosed)) {
            ground.http().connectionOpened();
          }
        });
    return clearText.listen(port, config.host());
  }

  private Gateway gateway() {
    EdgeConfig config = node.config;
    Limits limits =
        new Limits(
            node.limits::rules,
            new Throttle(vertx),
            new Accounts(ground.config().get(NodeConfig.SECTION).secret()));
    Tokens tokens = new Tokens(vertx, node.ring, ground.time(), node.issuer);
    List<Step> chain = new ArrayList<>();
    accessLog = config.accessLog() ? new AccessLog(vertx, ground.time()) : null;
    chain.add(new Observe(ground.time(), accessLog));
    chain.addAll(node.protection.steps());
    chain.add(Protection.ofRoute());
    chain.add(new Cors(config.cors()));
    chain.add(limits.byAddress());
    chain.add(new Credentials(tokens, node.keys, node.addresses, limits));
    chain.add(limits.byTier());
    chain.add(Gateway.authorize());
    int loop = node.started.getAndIncrement();
    cache = node.cache.on(vertx, ground.config().get(RedisConfig.SECTION));
    forwarder =
        new Forwarder(
            vertx,
            ground.time(),
            loop,
            node.upstreams.client(loop),
            cache,
            new PurgeNews(vertx, ground.bus()),
            new IdempotencyStore(vertx, ground.config().get(RedisConfig.SECTION)),
            ground.metrics().registry());
    Worker worker =
        new Worker(
            List.copyOf(chain),
            ground.time(),
            new Bodies(vertx, config, node.bodiesHeld),
            limits,
            node.addresses,
            forwarder);
    return new Gateway(worker, node.api, node.routes::current);
  }

  private static Throwable explained(Throwable failure, EdgeConfig config) {
    return failure instanceof BindException
        ? new IllegalStateException(
            "edge.port %d is taken on %s; set SLUICE_EDGE_PORT or edge.port in sluice.yaml to another"
                .formatted(config.port(), config.host()),
            failure)
        : failure;
  }
}
