package dev.sluice.edge.route;

import java.util.ArrayList;
import java.util.List;

/** Collects routes and makes a {@link RouteTable} of them. */
public final class RouteTableBuilder<T> {
  static final int MAX_ENTRIES = 200_000;

  private final List<RouteEntry<T>> entries = new ArrayList<>();
  private final Methods methods = new Methods();
  private final Overlaps overlaps = new Overlaps(methods);
  private int routes;

  RouteTableBuilder() {}

  /**
   * Adds a route, at all its hosts and paths.
   *
   * @throws IllegalArgumentException if the match is not right; {@link RoutesReader} has checked
   *     what it read
   */
  public RouteTableBuilder<T> add(String name, MatchConfig match, int priority, T target) {
    return add(name, RouteMatch.of(match, priority), target);
  }

  /**
   * Adds a route, at all its hosts and paths.
   *
   * @throws IllegalArgumentException if there are too many
   */
  public RouteTableBuilder<T> add(String name, RouteMatch match, T target) {
    requireRoom(entries.size() + match.spots().size());
    overlaps.add(name, match);
    RouteEntry.Route<T> route = match.route(routes, name, target, methods);
    for (RouteMatch.Spot spot : match.spots()) {
      entries.add(new RouteEntry<>(route, spot.host(), spot.path()));
    }
    routes++;
    return this;
  }

  /**
   * @throws IllegalArgumentException if there are too many
   */
  static void requireRoom(long paths) {
    if (paths > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "at most "
              + MAX_ENTRIES
              + " paths in all routes, those of several hosts counted for each");
    }
  }

  /** Pairs of routes one of which would never be asked, or only sometimes. */
  List<Overlaps.Overlap> overlaps() {
    return List.copyOf(overlaps.found());
  }

  /**
   * @throws IllegalArgumentException if two routes are for the same requests, naming both
   */
  public RouteTable<T> build() {
    if (!overlaps.found().isEmpty()) {
      throw new IllegalArgumentException(overlaps.found().get(0).toString());
    }
    return new RouteTable<>(entries, methods);
  }
}
