package dev.sluice.edge.catalog;

import dev.sluice.edge.route.ComposeConfig;
import dev.sluice.edge.route.RouteConfig;
import dev.sluice.edge.route.RoutesConfig;
import dev.sluice.edge.route.SplitConfig;
import dev.sluice.edge.upstream.AboutConfig;
import dev.sluice.edge.upstream.Upstream;
import dev.sluice.edge.upstream.UpstreamState;
import dev.sluice.platform.health.CheckResult;
import dev.sluice.platform.health.Health;
import dev.sluice.platform.health.HealthStatus;
import dev.sluice.platform.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Looks around and writes down what it sees. */
public final class Surroundings {
  private static final String EDGE = "edge";
  private static final String POSTGRES = "postgres";
  private static final String REDIS = "redis";
  private static final String KAFKA = "kafka";

  /** Each room keeps rows, and tells of them through the outbox. */
  private static final List<String> ROOMS_NEED = List.of(POSTGRES, KAFKA);

  /** What each is for. None needs another; Kafka has its own quorum, without ZooKeeper. */
  private static final Map<String, String> PURPOSES =
      new TreeMap<>(
          Map.of(
              POSTGRES, "data store",
              REDIS, "rate limits and the second level of the cache",
              KAFKA, "event streaming"));

  private final String node;
  private final Health health;
  private final Time time;
  private final Set<String> serves;
  private final List<String> contracts;
  private final Function<String, Upstream> upstreams;

  /**
   * @param serves the rooms of this node, and {@code edge}
   * @param contracts what can be asked over HTTP, such as {@code order.get}
   * @param upstreams by name, null for one that is not there
   */
  public Surroundings(
      String node,
      Health health,
      Time time,
      Set<String> serves,
      List<String> contracts,
      Function<String, Upstream> upstreams) {
    this.node = node;
    this.health = health;
    this.time = time;
    this.serves = new TreeSet<>(serves);
    this.contracts = contracts.stream().sorted().toList();
    this.upstreams = upstreams;
  }

  /** How it is now, with these routes in force. Does no I/O. */
  public Catalog catalog(RoutesConfig config) {
    return new Catalog(node, services(config), rooms(), support());
  }

  private List<Catalog.Service> services(RoutesConfig config) {
    Map<String, List<String>> routes = new TreeMap<>();
    config.upstreams().keySet().forEach(name -> routes.put(name, new ArrayList<>()));
    config
        .routes()
        .forEach(
            (name, route) -> {
              if (route.enabled()) {
                for (String upstream : used(route)) {
                  routes.getOrDefault(upstream, new ArrayList<>()).add(name);
                }
              }
            });
    List<Catalog.Service> services = new ArrayList<>();
    routes.forEach(
        (name, leading) -> {
          Upstream upstream = upstreams.apply(name);
          if (upstream != null) { // else a reload is taking it away just now
            services.add(service(upstream, leading));
          }
        });
    return services;
  }

  private static Set<String> used(RouteConfig route) {
    Set<String> used = new TreeSet<>();
    used.add(route.upstream());
    route.split().stream().map(SplitConfig::upstream).forEach(used::add);
    used.add(route.mirror().upstream());
    route.compose().parts().values().stream()
        .map(ComposeConfig.PartConfig::upstream)
        .forEach(used::add);
    used.remove("");
    return used;
  }

  private Catalog.Service service(Upstream upstream, List<String> routes) {
    UpstreamState state = UpstreamState.of(upstream, time.nanos());
    AboutConfig about = upstream.config().about();
    List<Catalog.Target> targets = new ArrayList<>();
    int healthy = 0;
    for (UpstreamState.Server server : state.servers()) {
      healthy += server.condition() == UpstreamState.Condition.HEALTHY ? 1 : 0;
      targets.add(
          new Catalog.Target(
              server.config().url(),
              server.config().weight(),
              server.config().labels(),
              lower(server.condition()),
              server.inFlight(),
              server.addresses()));
    }
    String status = healthy == 0 ? "unhealthy" : healthy < targets.size() ? "degraded" : "healthy";
    return new Catalog.Service(
        upstream.name(),
        status,
        about.description(),
        about.purpose(),
        about.owner(),
        about.language(),
        about.port(),
        about.dependsOn(),
        lower(upstream.config().balance()),
        lower(upstream.config().protocol()),
        state.breaker(),
        upstream.inFlight(),
        targets,
        routes);
  }

  private List<Catalog.Room> rooms() {
    List<Catalog.Room> rooms = new ArrayList<>();
    for (String name : serves) {
      if (!name.equals(EDGE)) {
        List<String> own =
            contracts.stream().filter(contract -> contract.startsWith(name + ".")).toList();
        rooms.add(new Catalog.Room(name, own, ROOMS_NEED));
      }
    }
    return rooms;
  }

  private List<Catalog.Support> support() {
    List<CheckResult> checks = health.ready().checks();
    List<Catalog.Support> support = new ArrayList<>();
    PURPOSES.forEach((name, purpose) -> support.add(support(name, purpose, checks)));
    return support;
  }

  private Catalog.Support support(String name, String purpose, List<CheckResult> checks) {
    CheckResult check =
        checks.stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
    if (check == null) {
      return new Catalog.Support(name, purpose, List.of(), false, "unused", "", List.of());
    }
    List<String> users =
        serves.stream().filter(room -> room.equals(EDGE) == name.equals(REDIS)).toList();
    String detail = check.status() == HealthStatus.HEALTHY ? "" : check.detail();
    return new Catalog.Support(
        name, purpose, List.of(), true, check.status().toString(), detail, users);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
