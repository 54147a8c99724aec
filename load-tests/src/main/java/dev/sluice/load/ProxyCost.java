package dev.sluice.load;

import dev.sluice.devstack.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a proxied request costs the gateway: CPU and allocation, with nothing on and with one
 * feature at a time. The upstream, the clients and each gateway are JVMs of their own; the gateways
 * all run, and have their turn once a round, so that what else the machine does meets all of them
 * alike.
 */
public final class ProxyCost implements AutoCloseable {
  private static final int ROUNDS = 5;
  private static final int WARM_UP = 150_000;
  private static final int REQUESTS = 40_000;
  private static final double MICROS = 1e6;

  private final Path folder;
  private final RedisServer redis;
  private final CostProcess upstream;
  private final CostProcess load;
  private final List<Turn> turns = new ArrayList<>();

  /** One proxy, and what was measured of it. */
  private record Turn(
      String name,
      CostVariant variant,
      CostProcess proxy,
      Figures micros,
      Figures perSecond,
      Figures bytes) {}

  private ProxyCost() throws IOException {
    folder = Files.createTempDirectory("sluice-cost");
    redis = RedisServer.start(folder, 0);
    upstream = new CostProcess("", List.of("-Xmx256m"), Map.of(), CostSide.class, "upstream");
    load = new CostProcess("", List.of("-Xmx256m"), Map.of(), CostSide.class, "load");
  }

  /**
   * @param args the page; a regular expression of what to measure, the page is only written when
   *     that is all; and optionally a folder of classes of the gateway, of which is measured the
   *     same, to compare
   */
  public static void main(String[] args) throws IOException {
    String what = args[1];
    String other = args.length > 2 ? args[2] : "";
    try (ProxyCost cost = new ProxyCost()) {
      for (CostVariant variant : CostVariant.all()) {
        if (Pattern.compile(what).matcher(variant.name()).find()) {
          cost.start(variant, "");
          if (!other.isEmpty() && variant.routes() != null) {
            cost.start(variant, other);
          }
        }
      }
      String table = cost.measured();
      System.out.print(table);
      if (what.equals(".*") && other.isEmpty()) {
        Pages.write(Path.of(args[0]), "cost", table);
      }
    }
  }

  private void start(CostVariant variant, String classes) throws IOException {
    String name = variant.name() + (classes.isEmpty() ? "" : " (the other)");
    CostProcess proxy;
    if (variant.routes() == null) {
      String port = Integer.toString(upstream.port());
      proxy = new CostProcess("", List.of("-Xmx512m"), Map.of(), CostSide.class, "bare", port);
    } else {
      Path conf = Files.createDirectory(folder.resolve("conf" + turns.size()));
      Files.writeString(
          conf.resolve("routes.yaml"),
          variant.routes().replace("UPSTREAM", "127.0.0.1:" + upstream.port()));
      proxy =
          new CostProcess(
              classes, java(), environment(variant, conf), CostSide.class, "gateway", "" + conf);
    }
    Turn turn = new Turn(name, variant, proxy, new Figures(), new Figures(), new Figures());
    turns.add(turn);
    double unused = run(turn, WARM_UP);
  }

  /** As {@code ./sluice up} starts a node, unless it is told otherwise. */
  private static List<String> java() {
    String options = System.getenv("SLUICE_JAVA_OPTS");
    return options == null
        ? List.of("-Xmx512m", "-XX:G1HeapRegionSize=4m")
        : List.of(options.split(" ", -1));
  }

  private Map<String, String> environment(CostVariant variant, Path conf) {
    Map<String, String> all = new TreeMap<>();
    all.put("SLUICE_NODE_SECRET", "a secret of a measurement, 32 characters");
    all.put("SLUICE_REDIS_URI", redis.uri());
    all.put("SLUICE_EDGE_HOST", "127.0.0.1");
    all.put("SLUICE_EDGE_PORT", "0");
    all.put("SLUICE_EDGE_INSTANCES", "1");
    all.put("SLUICE_EDGE_ACCESS_LOG", Boolean.toString(variant.accessLog()));
    all.put("SLUICE_MANAGEMENT_PORT", "0");
    all.put("SLUICE_LIMITS_TIERS_FREE_RATE", "0");
    all.put("SLUICE_LIMITS_TIERS_FREE_BURST", "0");
    all.put("SLUICE_LOG_FILE", conf.resolve("node.log").toString());
    return all;
  }

  private String measured() {
    for (int round = 0; round < ROUNDS; round++) {
      for (Turn turn : turns) {
        long cpu = turn.proxy().cpuMicros();
        long bytes = Long.parseLong(turn.proxy().ask("allocated"));
        turn.perSecond().add(REQUESTS / run(turn, REQUESTS));
        turn.bytes()
            .add((Long.parseLong(turn.proxy().ask("allocated")) - bytes) / (double) REQUESTS);
        turn.micros().add((turn.proxy().cpuMicros() - cpu) / (double) REQUESTS);
      }
    }
    StringBuilder out = new StringBuilder();
    out.append("%s, %d rounds of %,d requests.%n%n".formatted(Pages.machine(), ROUNDS, REQUESTS));
    out.append("| what | CPU us/request | from - to | bytes allocated | requests/s |\n");
    out.append("|---|---:|---:|---:|---:|\n");
    for (Turn turn : turns) {
      out.append(
          String.format(
              Locale.ROOT,
              "| %s | %.1f | %.1f - %.1f | %,.0f | %,.0f |%n",
              turn.name(),
              turn.micros().median(),
              turn.micros().least(),
              turn.micros().most(),
              turn.bytes().median(),
              turn.perSecond().median()));
    }
    return out.toString();
  }

  /** The seconds that took. */
  private double run(Turn turn, int requests) {
    CostVariant variant = turn.variant();
    String said =
        load.ask(
            String.join(
                "\t",
                Integer.toString(turn.proxy().port()),
                Integer.toString(requests),
                variant.path(),
                variant.header()));
    if (!Character.isDigit(said.charAt(0))) {
      throw new IllegalStateException(turn.name() + " " + said);
    }
    return Long.parseLong(said) / 1000.0 / MICROS;
  }

  @Override
  public void close() {
    turns.forEach(turn -> turn.proxy().close());
    load.close();
    upstream.close();
    redis.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
