package dev.sluice.edge.route;

import java.util.Comparator;
import java.util.List;

/** A route at one of its hosts and one of its paths. */
final class RouteEntry {
  static final long ANY_METHOD = -1L;

  /** The better one first; never equal for two different entries. See {@link RouteTable}. */
  static final Comparator<RouteEntry> ORDER =
      Comparator.<RouteEntry>comparingInt(e -> -e.priority())
          .thenComparingInt(e -> e.host.isEmpty() ? 2 : e.host.startsWith("*.") ? 1 : 0)
          .thenComparingInt(e -> -e.host.length())
          .thenComparingInt(e -> e.path.isExact() ? 0 : e.path.open() ? 2 : 1)
          .thenComparingInt(e -> e.path.open() ? -e.path.segments().size() : 0)
          .thenComparingInt(e -> e.path.isExact() ? 0 : -e.path.literals())
          .thenComparing(e -> e.path.kinds())
          .thenComparingInt(e -> -e.conditions())
          .thenComparing(e -> !e.headOnly())
          .thenComparing(RouteEntry::name)
          .thenComparingInt(RouteEntry::route)
          .thenComparing(e -> e.host)
          .thenComparing(e -> e.path.shape());

  private final Route route;
  private final String host;
  private final PathTemplate path;
  private final int[] slots;

  /**
   * What is the same at all its hosts and paths.
   *
   * @param index which of the routes added it is
   * @param methods a bit each; all for any
   * @param headOnly whether it is for HEAD and not for GET
   * @param parameters the names of all its paths
   */
  record Route(
      int index,
      String name,
      int priority,
      long methods,
      boolean headOnly,
      List<Predicate> predicates,
      List<String> parameters) {}

  /**
   * @param host as in {@link HostName#ofRoute}; empty for any
   */
  RouteEntry(Route route, String host, PathTemplate path) {
    this.route = route;
    this.host = host;
    this.path = path;
    this.slots = path.names().stream().mapToInt(route.parameters::indexOf).toArray();
  }

  int route() {
    return route.index;
  }

  String name() {
    return route.name;
  }

  int priority() {
    return route.priority;
  }

  String host() {
    return host;
  }

  PathTemplate path() {
    return path;
  }

  long methods() {
    return route.methods;
  }

  List<Predicate> predicates() {
    return route.predicates;
  }

  boolean headOnly() {
    return route.headOnly;
  }

  /** How many parameters the route has, in all its paths together. */
  int parameters() {
    return route.parameters.size();
  }

  /** Which of these a parameter of the path is. */
  int slot(int parameter) {
    return slots[parameter];
  }

  /** Whether the parameters of the path are those of the route, in the same order. */
  boolean isAllParameters() {
    return path.names().equals(route.parameters);
  }

  private int conditions() {
    return route.predicates.size() + (methods() == ANY_METHOD ? 0 : 1);
  }
}
