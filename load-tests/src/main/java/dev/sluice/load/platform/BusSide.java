package dev.sluice.load.platform;

import dev.sluice.contract.Order;
import dev.sluice.load.Samples;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.bus.BusConfig;
import dev.sluice.platform.cluster.Cluster;
import dev.sluice.platform.cluster.ClusterConfig;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.log.LogConfig;
import dev.sluice.platform.log.Logging;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The program of each JVM of {@link BusHops}: a member of a cluster that asks, serves, or both. */
final class BusSide {
  private static final String HOST = "127.0.0.1";

  private BusSide() {}

  /**
   * @param args {@code ask}, {@code serve} or {@code both}; the port for membership; another member
   *     as {@code host:port}, or empty
   */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err); // what answers is for the other side alone
    Logging logging = Logging.start(Config.defaults(LogConfig.SECTION), args[0]);
    for (String talkative : List.of("org.infinispan", "org.jboss")) {
      logging.setLevel(talkative, "error");
    }
    Time time = Time.system();
    Vertx vertx = join(Integer.parseInt(args[1]), args[2]);
    Samples.codec(time).registerOn(vertx.eventBus());
    Bus bus = new Bus(vertx, Config.defaults(BusConfig.SECTION), time, args[0]);
    if (!args[0].equals("ask")) {
      await(vertx.deployVerticle(new Serving(bus)));
    }
    BusCalls calls = new BusCalls(bus, time);
    await(vertx.deployVerticle(calls));
    out.println(0);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] asked = line.split(" ", -1);
      out.println(calls.run(Integer.parseInt(asked[0]), Integer.parseInt(asked[1])));
    }
    Runtime.getRuntime().halt(0);
  }

  private static Vertx join(int port, String other) throws IOException {
    List<String> hosts = new ArrayList<>(List.of(HOST + ":" + port));
    if (!other.isEmpty()) {
      hosts.add(other);
    }
    ClusterConfig config =
        new ClusterConfig(
            true,
            "bus-" + hosts.get(hosts.size() - 1).replace(':', '-'),
            HOST,
            "",
            port,
            0,
            hosts,
            "",
            Duration.ofSeconds(1));
    return await(Cluster.join(config).vertx(Vertx.builder(), new VertxOptions()));
  }

  private static <T> T await(Future<T> what) {
    return what.toCompletionStage().toCompletableFuture().join();
  }

  /** A room with one order in it. */
  private static final class Serving extends VerticleBase {
    private final Bus bus;

    Serving(Bus bus) {
      this.bus = bus;
    }

    @Override
    public Future<?> start() {
      Order.View order = Samples.order();
      return bus.room("order")
          .serve(Order.Get.class, (request, call) -> Future.succeededFuture(order))
          .open();
    }
  }
}
