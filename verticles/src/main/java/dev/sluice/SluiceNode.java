package dev.sluice;

import dev.sluice.audit.AuditVerticle;
import dev.sluice.auth.AuthVerticle;
import dev.sluice.cache.CacheVerticle;
import dev.sluice.codec.CallerSeal;
import dev.sluice.codec.ContractCodec;
import dev.sluice.edge.EdgeVerticle;
import dev.sluice.limiter.NodeLimits;
import dev.sluice.node.NodeVerticle;
import dev.sluice.order.OrderVerticle;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.bus.BusConfig;
import dev.sluice.platform.bus.SelfCall;
import dev.sluice.platform.cluster.Cluster;
import dev.sluice.platform.cluster.ClusterConfig;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.Section;
import dev.sluice.platform.db.PostgresConfig;
import dev.sluice.platform.health.Health;
import dev.sluice.platform.health.HealthConfig;
import dev.sluice.platform.kafka.KafkaConfig;
import dev.sluice.platform.lifecycle.Ground;
import dev.sluice.platform.lifecycle.Lifecycle;
import dev.sluice.platform.lifecycle.NodeConfig;
import dev.sluice.platform.lifecycle.Urls;
import dev.sluice.platform.log.LogConfig;
import dev.sluice.platform.management.ManagementConfig;
import dev.sluice.platform.management.ManagementServer;
import dev.sluice.platform.metrics.HttpMeters;
import dev.sluice.platform.metrics.Metrics;
import dev.sluice.platform.outbox.OutboxConfig;
import dev.sluice.platform.redis.RedisConfig;
import dev.sluice.platform.time.Time;
import dev.sluice.routes.RoutesVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: starts what it is told to be, in order, and drains in the reverse order.
 *
 * <pre>cluster > management > servers reachable > rooms, each after its migrations > edge > ready
 * </pre>
 */
public final class SluiceNode {
  /** Every section a node's configuration may have. */
  public static final List<Section<?>> SECTIONS =
      List.of(
          NodeConfig.SECTION,
          EdgeVerticle.EDGE,
          EdgeVerticle.LIMITS,
          EdgeVerticle.CACHE,
          EdgeVerticle.GUARD,
          NodeLimits.SECTION,
          ManagementConfig.SECTION,
          PostgresConfig.SECTION,
          RedisConfig.SECTION,
          KafkaConfig.SECTION,
          OutboxConfig.SECTION,
          BusConfig.SECTION,
          ClusterConfig.SECTION,
          HealthConfig.SECTION,
          LogConfig.SECTION,
          AuthVerticle.SECTION,
          OrderVerticle.SECTION,
          AuditVerticle.SECTION,
          RoutesVerticle.SECTION);

  /** The rooms that are served from the database, by the name they have in roles. */
  static final Map<String, Function<Ground, Deployable>> ROOMS = rooms();

  static final String EDGE = "edge";

  private static final Logger LOG = LoggerFactory.getLogger(SluiceNode.class);

  private final Ground ground;
  private final Lifecycle lifecycle;
  private final Set<String> serves;
  private final BiConsumer<String, String> setLogLevel;
  private final IntSupplier nodes;
  private EdgeVerticle.Shared edge;
  private ManagementServer management;

  private SluiceNode(
      Ground ground,
      Lifecycle lifecycle,
      Set<String> serves,
      BiConsumer<String, String> setLogLevel,
      IntSupplier nodes) {
    this.nodes = nodes;
    this.ground = ground;
    this.lifecycle = lifecycle;
    this.serves = serves;
    this.setLogLevel = setLogLevel;
  }

  /**
   * Starts a node; blocks while it joins the cluster.
   *
   * @param name of this node, unlike that of any other
   * @param serves the rooms to serve, and {@code edge}
   * @param setLogLevel sets the level of a logger: its name, and the level in lower case
   * @return the node, ready; when it fails, everything that was started has been stopped again
   * @throws IOException when it cannot join the cluster
   */
  public static Future<SluiceNode> start(
      Config config, String name, Set<String> serves, BiConsumer<String, String> setLogLevel)
      throws IOException {
    return start(config, name, serves, setLogLevel, Time.system());
  }

  static Future<SluiceNode> start(
      Config config,
      String name,
      Set<String> serves,
      BiConsumer<String, String> setLogLevel,
      Time time)
      throws IOException {
    Metrics metrics = new Metrics();
    Lifecycle lifecycle = new Lifecycle(time);
    VertxBuilder builder = Vertx.builder().withMetrics(metrics.vertxFactory());
    VertxOptions options = new VertxOptions().setMetricsOptions(metrics.vertxOptions());
    ClusterConfig clusterConfig = config.get(ClusterConfig.SECTION);
    Future<Vertx> made;
    IntSupplier nodes = () -> 1;
    if (clusterConfig.enabled()) {
      Cluster cluster = Cluster.join(clusterConfig);
      made = cluster.vertx(builder, options);
      nodes = cluster::size;
      lifecycle.add("cluster", () -> done(cluster::close));
    } else {
      made = Future.succeededFuture(builder.with(options).build());
    }
    IntSupplier size = nodes;
    // A promise of no event loop: after a failed start the loops are gone.
    Promise<SluiceNode> ready = Promise.promise();
    made.onFailure(ready::fail)
        .onSuccess(
            vertx -> {
              lifecycle.add("vertx", () -> vertx.close().onComplete(closed -> metrics.close()));
              Ground ground = ground(vertx, config, time, name, metrics);
              SluiceNode node = new SluiceNode(ground, lifecycle, serves, setLogLevel, size);
              node.open()
                  .onSuccess(opened -> ready.complete(node))
                  .onFailure(failure -> node.stop().onComplete(stopped -> ready.fail(failure)));
            });
    return ready.future();
  }

  /** Becomes unready, finishes what is in flight, stops; within {@code node.drain_timeout}. */
  public Future<Void> stop() {
    ground.health().setDraining();
    return lifecycle.stop(ground.config().get(NodeConfig.SECTION).drainTimeout());
  }

  /** Such as {@code http://127.0.0.1:8080}; null on a node without an edge. */
  public String restUrl() {
    return edge == null ? null : edge.url();
  }

  /** Such as {@code http://127.0.0.1:9091}. */
  public String managementUrl() {
    return Urls.http(ground.config().get(ManagementConfig.SECTION).host(), management.actualPort());
  }

  private static Map<String, Function<Ground, Deployable>> rooms() {
    Map<String, Function<Ground, Deployable>> rooms = new LinkedHashMap<>();
    rooms.put("auth", AuthVerticle::new);
    rooms.put("order", OrderVerticle::new);
    rooms.put("audit", AuditVerticle::new);
    rooms.put("routes", RoutesVerticle::new);
    rooms.put("cache", CacheVerticle::new);
    return rooms;
  }

  private static Ground ground(
      Vertx vertx, Config config, Time time, String name, Metrics metrics) {
    CallerSeal seal =
        new CallerSeal(config.get(NodeConfig.SECTION).secret(), () -> time.now().getEpochSecond());
    new ContractCodec(seal, time::nanos).registerOn(vertx.eventBus());
    Bus bus = new Bus(vertx, config.get(BusConfig.SECTION), time, name);
    Health health = new Health(vertx, config.get(HealthConfig.SECTION), time);
    metrics.queueDepth("bus_waiting", bus::waiting);
    return new Ground(
        vertx, config, bus, time, name, health, metrics, new HttpMeters(metrics, time));
  }

  private Future<Void> open() {
    lifecycle.add("health", () -> done(ground.health()::close));
    return openManagement()
        .compose(
            opened -> new Backends(ground, lifecycle).open(!rooms(serves).isEmpty(), hasEdge()))
        .compose(reachable -> openBus())
        .compose(opened -> openRooms())
        .compose(opened -> hasEdge() ? openEdge() : Future.succeededFuture())
        .compose(opened -> ground.health().checkNow())
        .onSuccess(
            checked -> {
              ground.health().started();
              LOG.info("ready: {} serves {}", ground.node(), serves);
            })
        .mapEmpty();
  }

  private Future<Void> openManagement() {
    management =
        new ManagementServer(
            ground.vertx(),
            ground.config().get(ManagementConfig.SECTION),
            ground.health(),
            ground.metrics());
    lifecycle.add("management", management::close);
    return management.start().mapEmpty();
  }

  private Future<Void> openBus() {
    SelfCall self =
        new SelfCall(
            ground.vertx(),
            ground.bus(),
            ground.node(),
            ground.config().get(HealthConfig.SECTION).timeout());
    return self.open()
        .onSuccess(opened -> ground.health().register("bus", self::ask))
        .compose(opened -> deploy("node", () -> new NodeVerticle(ground, setLogLevel), 1));
  }

  /** All at once: most of a room's start is waiting for its migrations. */
  private Future<Void> openRooms() {
    List<Future<Void>> all = new ArrayList<>();
    for (String room : rooms(serves)) {
      all.add(deploy(room, () -> ROOMS.get(room).apply(ground), 1));
    }
    return Future.all(all).mapEmpty();
  }

  private Future<Void> openEdge() {
    int loops = EdgeVerticle.loops(ground.config());
    NodeLimits limits = new NodeLimits(ground, nodes, loops);
    String issuer = AuthVerticle.issuer(ground.config());
    edge = EdgeVerticle.shared(ground, issuer, limits.limiters(), serves);
    lifecycle.add("edge's memory", edge::close);
    return edge.open()
        .compose(opened -> deploy("limiter", limits::verticle, 1))
        .compose(deployed -> limits.open())
        .onSuccess(opened -> lifecycle.add("limits room", limits::close))
        .compose(opened -> deploy(EDGE, edge::verticle, loops))
        .onSuccess(opened -> lifecycle.add("balancers", this::waitForBalancers));
  }

  /** The first thing on the way down: be unready for a while before connections are refused. */
  private Future<Void> waitForBalancers() {
    long millis = ground.config().get(NodeConfig.SECTION).drainWait().toMillis();
    return millis == 0
        ? Future.succeededFuture()
        : ground.vertx().timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
  }

  private Future<Void> deploy(String name, Supplier<Deployable> room, int instances) {
    return ground
        .vertx()
        .deployVerticle(room, new DeploymentOptions().setInstances(instances))
        .onSuccess(id -> lifecycle.add(name, () -> ground.vertx().undeploy(id)))
        .mapEmpty();
  }

  private boolean hasEdge() {
    return serves.contains(EDGE);
  }

  private static List<String> rooms(Set<String> serves) {
    return ROOMS.keySet().stream().filter(serves::contains).toList();
  }

  private static Future<Void> done(Runnable close) {
    close.run();
    return Future.succeededFuture();
  }
}
