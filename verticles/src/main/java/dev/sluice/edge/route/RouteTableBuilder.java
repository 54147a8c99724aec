package dev.sluice.edge.route;

import java.util.ArrayList;
import java.util.List;

/** Collects routes and makes a {@link RouteTable} of them. */
public final class RouteTableBuilder<T> {
  static final int MAX_ENTRIES = 200_000;

  private final List<String> names = new ArrayList<>();
  private final List<RouteMatch> matches = new ArrayList<>();
  private final List<T> targets = new ArrayList<>();
  private long places;

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
    requireRoom(places + match.spots().size());
    places += match.spots().size();
    names.add(name);
    matches.add(match);
    targets.add(target);
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

  /**
   * @throws IllegalArgumentException if two routes are for the same requests, naming both
   */
  public RouteTable<T> build() {
    return build(null);
  }

  /**
   * The same table, at the cost of what is led to elsewhere than before if names and matches are
   * the very objects of before.
   *
   * @param before the table this one takes the place of, or null
   * @throws IllegalArgumentException if two routes are for the same requests, naming both
   */
  public RouteTable<T> build(RouteTable<T> before) {
    if (before != null && before.index().isOf(names, matches)) {
      return new RouteTable<>(before.index(), targets, before);
    }
    RouteIndex index = new RouteIndex(List.copyOf(names), List.copyOf(matches));
    return new RouteTable<>(index, targets, null);
  }
}
