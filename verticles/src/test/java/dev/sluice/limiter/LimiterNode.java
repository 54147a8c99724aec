package dev.sluice.limiter;

import static dev.sluice.Waiting.await;

import dev.sluice.codec.Caller;
import dev.sluice.codec.CallerSeal;
import dev.sluice.codec.ContractCodec;
import dev.sluice.codec.Envelope;
import dev.sluice.contract.Contract;
import dev.sluice.contract.Request;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.bus.BusConfig;
import dev.sluice.platform.cluster.Cluster;
import dev.sluice.platform.cluster.ClusterConfig;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.time.Time;
import dev.sluice.platform.trace.TraceContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A node with a limits room and nothing else, in the JVM of the test, on a clustered bus. */
record LimiterNode(
    Cluster cluster,
    Vertx vertx,
    Bus bus,
    HeldBuckets holdings,
    DecisionLog log,
    SimpleMeterRegistry meters,
    LimitsRoom room) {
  private static final Time TIME = Time.system();
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** As nodes of the tests have it. */
  private static final String SECRET = "a secret of the tests of 32 characters";

  static LimiterNode join(String name, int port, int other) throws Exception {
    Config config =
        Config.load(null, cluster(port, other), List.of(ClusterConfig.SECTION, BusConfig.SECTION));
    Cluster cluster = Cluster.join(config.get(ClusterConfig.SECTION));
    Vertx vertx = await(cluster.vertx(Vertx.builder(), new VertxOptions()));
    CallerSeal seal = new CallerSeal(SECRET, () -> TIME.now().getEpochSecond());
    new ContractCodec(seal, TIME::nanos).registerOn(vertx.eventBus());
    Bus bus = new Bus(vertx, config.get(BusConfig.SECTION), TIME, name);
    HeldBuckets holdings = new HeldBuckets();
    DecisionLog log = new DecisionLog(TIME, 10_000, 1);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    LimitsRoom room =
        new LimitsRoom(vertx, bus, TIME, name, holdings, log, new Auditor(TIME, meters), PATIENCE);
    await(room.open());
    return new LimiterNode(cluster, vertx, bus, holdings, log, meters, room);
  }

  <R extends Contract> Future<R> ask(Request<R> request, Caller caller) {
    return bus.request(
        request, new Envelope(caller, bus.deadline(), "correlation-1", TraceContext.begin(), null));
  }

  void leave() throws Exception {
    await(room.close());
    await(vertx.close());
    cluster.close();
  }

  /** Settings of a member of a cluster of two. */
  static Map<String, String> cluster(int port, int other) {
    return Map.of(
        "SLUICE_CLUSTER_NAME",
        "limits-" + Math.min(port, other),
        "SLUICE_CLUSTER_PORT",
        Integer.toString(port),
        "SLUICE_CLUSTER_HOSTS",
        "127.0.0.1:" + port + ",127.0.0.1:" + other);
  }
}
