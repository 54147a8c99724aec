package dev.sluice.edge.proxy;

import static dev.sluice.Waiting.await;

import dev.sluice.edge.cache.CacheStoreConfig;
import dev.sluice.edge.cache.LoopCache;
import dev.sluice.edge.cache.SharedCache;
import dev.sluice.edge.idempotency.IdempotencyStore;
import dev.sluice.edge.route.RoutesConfig;
import dev.sluice.edge.route.RoutesReader;
import dev.sluice.edge.upstream.Endpoint;
import dev.sluice.edge.upstream.Upstream;
import dev.sluice.edge.upstream.Upstreams;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.Section;
import dev.sluice.platform.redis.RedisConfig;
import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A gateway of one event loop, with its insides open: every request goes by its one route. */
@SuppressWarnings("try") // that waiting is interrupted ends the test
final class ProxyBench extends VerticleBase implements AutoCloseable {
  private final Vertx outer;
  private final RoutesConfig config;
  private Upstreams upstreams;
  private Map<String, Upstream> current;
  private HttpServer server;
  private Forwarder forwarder;
  private final Queue<Throwable> defects = new ConcurrentLinkedQueue<>();

  private ProxyBench(Vertx vertx, RoutesConfig config) {
    this.outer = vertx;
    this.config = config;
  }

  /**
   * @param routes as in routes.yaml, with one route, named {@code all}
   */
  static ProxyBench open(Vertx vertx, String routes) throws Exception {
    RoutesConfig config = new RoutesReader(Path.of("."), Set.of()).read(routes, "routes.yaml");
    ProxyBench bench = new ProxyBench(vertx, config);
    await(vertx.deployVerticle(bench));
    return bench;
  }

  @Override
  public Future<?> start() {
    context.exceptionHandler(defects::add);
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Time time = Time.system();
    upstreams = new Upstreams(vertx, time, registry, 1, Duration.ofSeconds(1));
    current = upstreams.swap(config.upstreams());
    LoopCache cache =
        new SharedCache(
                Config.defaults(new Section<>("cache", CacheStoreConfig.class)), registry, time)
            .on(vertx);
    RedisConfig redis =
        new RedisConfig(
            "redis://127.0.0.1:1", Duration.ofMillis(100), 5, Duration.ofSeconds(1), 10);
    forwarder =
        new Forwarder(
            vertx,
            time,
            0,
            upstreams.client(0),
            cache,
            purges -> {},
            new IdempotencyStore(vertx, redis),
            registry);
    ProxyRoute route = new ProxyRoute("all", config.routes().get("all"), current::get, 1);
    server = vertx.createHttpServer();
    return server
        .requestHandler(request -> forwarder.forward(new PlainInbound(request), route))
        .listen(0, "127.0.0.1");
  }

  /** What was thrown on the event loop. */
  Queue<Throwable> defects() {
    return defects;
  }

  int port() {
    return server.actualPort();
  }

  Upstream upstream(String name) {
    return current.get(name);
  }

  /** Requests under way to any target; asked on no event loop, so only what stays is certain. */
  int inFlight(String name) {
    Upstream upstream = current.get(name);
    int sum = upstream.inFlight();
    for (int i = 0; i < config.upstreams().get(name).targets().size(); i++) {
      // In turn it is each target's.
      if (upstream.pick(upstream.everybody(), 0, 0) instanceof Endpoint endpoint) {
        sum += endpoint.inFlight() - 1;
        endpoint.leave();
      }
    }
    return sum;
  }

  @Override
  public void close() throws Exception {
    await(outer.undeploy(deploymentID()));
    upstreams.close();
  }
}
