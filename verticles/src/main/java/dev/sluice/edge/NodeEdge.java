package dev.sluice.edge;

import dev.sluice.contract.Auth;
import dev.sluice.contract.Routes;
import dev.sluice.edge.cache.SharedCache;
import dev.sluice.edge.guard.OpenConnections;
import dev.sluice.edge.route.RoutesReader;
import dev.sluice.edge.upstream.Upstreams;
import dev.sluice.limiter.Limiters;
import dev.sluice.platform.bus.Room;
import dev.sluice.platform.lifecycle.Ground;
import dev.sluice.platform.lifecycle.NodeConfig;
import dev.sluice.platform.lifecycle.Urls;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The edge of a node: what the event loops that serve it have in common. */
final class NodeEdge implements EdgeVerticle.Shared {
  final Ground ground;
  final EdgeConfig config;
  final KeyRing ring;
  final ApiKeys keys;
  final LiveLimits limits;
  final String issuer;
  final Addresses addresses;
  final Upstreams upstreams;
  final LiveRoutes routes;
  final SharedCache cache;
  final ApiTable api;
  final AtomicLong bodiesHeld = new AtomicLong();
  final AtomicInteger started = new AtomicInteger();
  final OpenConnections connections;
  final Protection protection;
  private final RoutesFollower follower;
  private final Room room;
  private volatile int actualPort;

  NodeEdge(Ground ground, String issuer, Limiters limiters, Set<String> serves) {
    this.ground = ground;
    this.issuer = issuer;
    this.config = ground.config().get(EdgeVerticle.EDGE);
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
            EdgeVerticle.loops(ground.config()),
            ground.config().get(NodeConfig.SECTION).drainTimeout());
    this.routes = routes();
    this.cache =
        new SharedCache(
            ground.config().get(EdgeVerticle.CACHE), ground.metrics().registry(), ground.time());
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
    Path folder = EdgeVerticle.folder(ground.config());
    return new LiveRoutes(
        ground.vertx(),
        EdgeVerticle.file(ground.config()),
        new RoutesReader(folder, Routing.contracts()),
        new Routing(ground, upstreams, protection, folder, EdgeVerticle.loops(ground.config())),
        ground.metrics().registry());
  }

  @Override
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

  @Override
  public Deployable verticle() {
    return new EdgeVerticle(this);
  }

  /** To be told by each event loop; they share the port. */
  void listens(int port) {
    actualPort = port;
  }

  @Override
  public Future<Void> close() {
    limits.close();
    follower.close();
    routes.close();
    upstreams.close();
    protection.close();
    ring.close();
    return room.close();
  }

  @Override
  public String url() {
    String url = Urls.http(config.host(), actualPort);
    return config.tls().isOn() ? "https" + url.substring("http".length()) : url;
  }
}
