package dev.sluice.edge.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a match comes to: all of it that can be known before there is a table, so that a route that
 * was not changed is not parsed again for the next table. Immutable.
 */
public final class RouteMatch {
  private final MatchConfig config;
  private final int priority;
  private final List<Predicate> predicates;
  private final List<String> parameters;
  private final List<Spot> spots;

  /**
   * One of its hosts with one of its paths.
   *
   * @param key the same for two spots that ask for the same, but for the method
   */
  record Spot(String host, PathTemplate path, String key) {}

  /** How many spots it has at most, before any is made. */
  static long places(MatchConfig match) {
    return Math.max(1L, match.hosts().size()) * Math.max(1, match.paths().size());
  }

  private RouteMatch(MatchConfig config, int priority) {
    this.config = config;
    this.priority = priority;
    this.predicates = Predicate.of(config);
    this.parameters = config.parameterNames();
    Set<String> hosts = new LinkedHashSet<>();
    config.hosts().forEach(host -> hosts.add(HostName.ofRoute(host)));
    Map<String, PathTemplate> paths = new HashMap<>();
    config.paths().stream().map(PathTemplate::parse).forEach(p -> paths.putIfAbsent(p.shape(), p));
    if (paths.isEmpty()) {
      paths.put(PathTemplate.ANY.shape(), PathTemplate.ANY);
    }
    String conditions = conditions(config);
    List<Spot> all = new ArrayList<>(Math.max(1, hosts.size()) * paths.size());
    for (String host : hosts.isEmpty() ? Set.of("") : hosts) {
      for (PathTemplate path : paths.values()) {
        all.add(new Spot(host, path, priority + " " + host + " " + path.shape() + conditions));
      }
    }
    this.spots = List.copyOf(all);
  }

  /**
   * @throws IllegalArgumentException if the match is not right; {@link RoutesReader} has checked
   *     what it read
   */
  public static RouteMatch of(MatchConfig config, int priority) {
    RouteTableBuilder.requireRoom(places(config));
    return new RouteMatch(config, priority);
  }

  /** The same for two matches that ask for the same besides host, path and method. */
  private static String conditions(MatchConfig match) {
    if (match.headers().isEmpty() && match.query().isEmpty() && match.version().isEmpty()) {
      return "";
    }
    Map<String, String> lower = new TreeMap<>();
    match.headers().forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
    return " %s %s %s"
        .formatted(lower, new TreeMap<>(match.query()), Predicate.Version.number(match.version()));
  }

  /** Whether it is of this match and this priority. */
  public boolean isOf(MatchConfig match, int wanted) {
    return priority == wanted && config.equals(match);
  }

  /** Whether it is for any host. */
  public boolean isAnywhere() {
    return config.hosts().isEmpty();
  }

  List<Spot> spots() {
    return spots;
  }

  boolean isHeadOnly() {
    return config.methods().contains("HEAD") && !config.methods().contains("GET");
  }

  /** A bit each, as these have them. */
  long methods(Methods methods) {
    return methods.add(config.methods());
  }

  /** As it is in a table, of which these are the methods. */
  RouteEntry.Route route(int index, String name, Methods methods) {
    return new RouteEntry.Route(
        index, name, priority, methods(methods), isHeadOnly(), predicates, parameters);
  }
}
