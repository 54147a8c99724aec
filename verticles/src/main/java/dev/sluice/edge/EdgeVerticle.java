package dev.sluice.edge;

import dev.sluice.contract.Auth;
import dev.sluice.contract.Routes;
import dev.sluice.edge.cache.CacheStoreConfig;
import dev.sluice.edge.cache.LoopCache;
import dev.sluice.edge.cache.SharedCache;
import dev.sluice.edge.guard.Doorkeeper;
import dev.sluice.edge.guard.GuardConfig;
import dev.sluice.edge.guard.OpenConnections;
import dev.sluice.edge.idempotency.IdempotencyStore;
import dev.sluice.edge.proxy.Forwarder;
import dev.sluice.edge.route.RoutesReader;
import dev.sluice.edge.upstream.Upstreams;
import dev.sluice.limiter.Limiters;
import dev.sluice.platform.bus.Room;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.ConfigException;
import dev.sluice.platform.config.Section;
import dev.sluice.platform.lifecycle.Ground;
import dev.sluice.platform.lifecycle.NodeConfig;
import dev.sluice.platform.lifecycle.Urls;
import dev.sluice.platform.redis.RedisConfig;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The gateway on one event loop. A node has several, which share the port; what they share besides
 * is in {@link Shared}.
 */
public final class EdgeVerticle extends VerticleBase {
  public static final Section<EdgeConfig> EDGE = new Section<>("edge", EdgeConfig.class);
  public static final Section<GuardConfig> GUARD = GuardConfig.SECTION;
  public static final Section<LimitsConfig> LIMITS = new Section<>("limits", LimitsConfig.class);

  public static final Section<CacheStoreConfig> CACHE =
      new Section<>("cache", CacheStoreConfig.class);

  /** What the event loops of one node have in common; make one and open it before the first. */
  public static final class Shared {
    private final Ground ground;
    private final EdgeConfig config;
    private final KeyRing ring;
    private final ApiKeys keys;
    private final LiveLimits limits;
    private final Room room;
    private final String issuer;
    private final Addresses addresses;
    private final Upstreams upstreams;
    private final LiveRoutes routes;
    private final RoutesFollower follower;
    private final SharedCache cache;
    private final ApiTable api;
    private final AtomicLong bodiesHeld = new AtomicLong();
    private final AtomicInteger started = new AtomicInteger();
    private final OpenConnections connections;
    private final Protection protection;
    private volatile int actualPort;

    /**
     * @param issuer what access tokens must name as theirs
     * @param serves the rooms of this node, and {@code edge}
     */
    public Shared(Ground ground, String issuer, Limiters limiters, Set<String> serves) {
      this.ground = ground;
      this.issuer = issuer;
      this.config = ground.config().get(EDGE);
      this.ring = new KeyRing(ground.vertx(), ground.bus(), ground.time());
      this.keys = new ApiKeys(ground.bus(), ground.time());
      this.addresses =
          new Addresses(
              new TrustedProxies(config.trustedProxies(), config.proxyHeader()), ground.time());
      this.connections =
          new OpenConnections(
              config.maxConnections(),
              config.connectionsPerAddress(),
              addresses.proxies()::trusts,
              ground.metrics().registry());
      this.protection = new Protection(ground, config);
      this.limits =
          new LiveLimits(ground.vertx(), ground.config(), limiters, ground.metrics().registry());
      this.upstreams =
          new Upstreams(
              ground.vertx(),
              ground.time(),
              ground.metrics().registry(),
              loops(ground.config()),
              ground.config().get(NodeConfig.SECTION).drainTimeout());
      this.routes = routes();
      this.cache =
          new SharedCache(ground.config().get(CACHE), ground.metrics().registry(), ground.time());
      this.follower = new RoutesFollower(ground.vertx(), ground.bus(), routes);
      this.api =
          new ApiTable(
              ground.bus(),
              ground.health(),
              ground.http(),
              new RoutesAdmin(ground.vertx(), ground.bus(), routes, follower),
              OwnPages.of(ground, config, serves, upstreams::get, routes::current));
      this.room =
          ground
              .bus()
              .room("edge")
              .hear(Auth.SessionEnded.class, (e, call) -> ring.sessionEnded(e))
              .hear(Routes.Changed.class, (e, call) -> follower.changed(e));
    }

    private LiveRoutes routes() {
      Path folder = folder(ground.config());
      return new LiveRoutes(
          ground.vertx(),
          file(ground.config()),
          new RoutesReader(folder, Routing.contracts()),
          new Routing(ground, upstreams, protection, folder, loops(ground.config())),
          ground.metrics().registry());
    }

    public Future<Void> open() {
      limits.open();
      upstreams.open();
      routes.open();
      return protection
          .open()
          .compose(opened -> room.open())
          .compose(opened -> ground.vertx().deployVerticle(new PurgeVerticle(ground, cache)))
          .compose(opened -> ring.open())
          .compose(opened -> follower.open());
    }

    public Future<Void> close() {
      limits.close();
      follower.close();
      routes.close();
      upstreams.close();
      protection.close();
      ring.close();
      return room.close();
    }

    /** The port that is served, once the first event loop has it. */
    public int actualPort() {
      return actualPort;
    }

    /** As users write it, such as {@code http://127.0.0.1:8080}. */
    public String url() {
      String url = Urls.http(config.host(), actualPort);
      return config.tls().isOn() ? "https" + url.substring("http".length()) : url;
    }
  }

  private final Shared shared;
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

  private static Path folder(Config config) {
    return config.folder().orElse(Path.of("."));
  }

  /** Null for none. */
  private static Path file(Config config) {
    String name = config.get(EDGE).routesFile();
    return name.isEmpty() ? null : folder(config).resolve(name);
  }

  /** How many event loops shall serve. */
  public static int loops(Config config) {
    int wanted = config.get(EDGE).instances();
    return wanted > 0 ? wanted : 2 * Runtime.getRuntime().availableProcessors();
  }

  public EdgeVerticle(Shared shared) {
    this.shared = shared;
    this.ground = shared.ground;
  }

  @Override
  public Future<?> start() {
    EdgeConfig config = shared.config;
    HttpServerOptions options = Listener.options(config);
    shared.protection.certificates().configure(options);
    server = vertx.createHttpServer(options);
    Listener listener = new Listener(config.heads(), ground.http(), ground.metrics().registry());
    doorkeeper =
        new Doorkeeper(
            vertx,
            ground.time(),
            shared.connections,
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
              shared.actualPort = listening.actualPort();
              shared.protection.certificates().serve(listening);
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
    EdgeConfig config = shared.config;
    Limits limits =
        new Limits(
            shared.limits::rules,
            new Throttle(vertx),
            new Accounts(ground.config().get(NodeConfig.SECTION).secret()));
    Tokens tokens = new Tokens(vertx, shared.ring, ground.time(), shared.issuer);
    List<Step> chain = new ArrayList<>();
    accessLog = config.accessLog() ? new AccessLog(vertx, ground.time()) : null;
    chain.add(new Observe(ground.time(), accessLog));
    chain.addAll(shared.protection.steps());
    chain.add(Protection.ofRoute());
    chain.add(new Cors(config.cors()));
    chain.add(limits.byAddress());
    chain.add(new Credentials(tokens, shared.keys, shared.addresses, limits));
    chain.add(limits.byTier());
    chain.add(Gateway.authorize());
    int loop = shared.started.getAndIncrement();
    cache = shared.cache.on(vertx, ground.config().get(RedisConfig.SECTION));
    forwarder =
        new Forwarder(
            vertx,
            ground.time(),
            loop,
            shared.upstreams.client(loop),
            cache,
            new PurgeNews(vertx, ground.bus()),
            new IdempotencyStore(vertx, ground.config().get(RedisConfig.SECTION)),
            ground.metrics().registry());
    Worker worker =
        new Worker(
            List.copyOf(chain),
            ground.time(),
            new Bodies(vertx, config, shared.bodiesHeld),
            limits,
            shared.addresses,
            forwarder);
    return new Gateway(worker, shared.api, shared.routes::current);
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
