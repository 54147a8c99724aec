package dev.sluice.edge.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Collects routes and makes a {@link RouteTable} of them. */
public final class RouteTableBuilder<T> {
  private static final int MAX_ENTRIES = 200_000;

  private final List<RouteEntry<T>> entries = new ArrayList<>();
  private final Methods methods = new Methods();
  private final Map<String, List<RouteEntry<T>>> places = new HashMap<>();
  private final List<Overlap> overlaps = new ArrayList<>();
  private int routes;

  /** Two routes no request could be told apart by. */
  record Overlap(String first, String second, String host, String path) {
    @Override
    public String toString() {
      return "routes %s and %s are for the same requests at %s%s"
          .formatted(first, second, host.isEmpty() ? "any host, " : host, path);
    }
  }

  RouteTableBuilder() {}

  /**
   * Adds a route, at all its hosts and paths.
   *
   * @throws IllegalArgumentException if the match is not right; {@link RoutesReader} has checked
   *     what it read
   */
  public RouteTableBuilder<T> add(String name, MatchConfig match, int priority, T target) {
    RouteEntry.Route<T> route =
        new RouteEntry.Route<>(
            routes,
            name,
            target,
            priority,
            methods.add(match.methods()),
            match.methods().contains("HEAD") && !match.methods().contains("GET"),
            Predicate.of(match),
            match.parameterNames());
    Set<String> hosts = new LinkedHashSet<>();
    match.hosts().forEach(host -> hosts.add(HostName.ofRoute(host)));
    Map<String, PathTemplate> paths = new HashMap<>();
    match.paths().stream().map(PathTemplate::parse).forEach(p -> paths.putIfAbsent(p.shape(), p));
    if (paths.isEmpty()) {
      paths.put(PathTemplate.ANY.shape(), PathTemplate.ANY);
    }
    if (entries.size() + (long) Math.max(1, hosts.size()) * paths.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "at most "
              + MAX_ENTRIES
              + " paths in all routes, those of several hosts counted for each");
    }
    String conditions = conditions(match);
    for (String host : hosts.isEmpty() ? Set.of("") : hosts) {
      for (PathTemplate path : paths.values()) {
        addEntry(new RouteEntry<>(route, host, path), conditions);
      }
    }
    routes++;
    return this;
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

  private void addEntry(RouteEntry<T> entry, String conditions) {
    String place = entry.priority() + " " + entry.host() + " " + entry.path().shape() + conditions;
    List<RouteEntry<T>> there = places.computeIfAbsent(place, p -> new ArrayList<>(1));
    for (RouteEntry<T> other : there) {
      if (overlap(entry, other)) {
        overlaps.add(new Overlap(other.name(), entry.name(), entry.host(), entry.path().shape()));
        break;
      }
    }
    there.add(entry);
    entries.add(entry);
  }

  // One for HEAD alone is preferred to one for GET, so these two can stand side by side.
  private static boolean overlap(RouteEntry<?> a, RouteEntry<?> b) {
    long both = a.methods() & b.methods();
    return a.headOnly() == b.headOnly() ? both != 0 : (both & ~2L) != 0;
  }

  /** Pairs of routes one of which would never be asked, or only sometimes. */
  List<Overlap> overlaps() {
    return List.copyOf(overlaps);
  }

  /**
   * @throws IllegalArgumentException if two routes are for the same requests, naming both
   */
  public RouteTable<T> build() {
    if (!overlaps.isEmpty()) {
      throw new IllegalArgumentException(overlaps.get(0).toString());
    }
    return new RouteTable<>(entries, methods);
  }
}
