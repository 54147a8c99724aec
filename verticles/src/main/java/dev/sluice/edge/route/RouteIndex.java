package dev.sluice.edge.route;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which of the routes is for a request, without what they lead to: so it serves as well for the
 * next table, if its routes have the same names and ask for the same. Immutable.
 */
final class RouteIndex {
  private final List<String> names;
  private final List<RouteMatch> matches;
  private final Methods methods = new Methods();
  private final RankedRoutes ranked;
  private final Map<String, PathTree> hosts = new HashMap<>();
  private final SegmentMap<PathTree> below;
  private final PathTree anyHost;

  /**
   * @param matches one for each of the names
   * @throws IllegalArgumentException if two are for the same requests, naming both
   */
  RouteIndex(List<String> names, List<RouteMatch> matches) {
    this.names = names;
    this.matches = matches;
    Overlaps overlaps = new Overlaps(methods);
    List<RouteEntry> entries = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      RouteMatch match = matches.get(i);
      overlaps.add(names.get(i), match);
      RouteEntry.Route route = match.route(i, names.get(i), methods);
      match.spots().forEach(spot -> entries.add(new RouteEntry(route, spot.host(), spot.path())));
    }
    if (!overlaps.found().isEmpty()) {
      throw new IllegalArgumentException(overlaps.found().get(0).toString());
    }
    this.ranked = new RankedRoutes(entries);
    Map<String, List<Integer>> byHost = new HashMap<>();
    for (int rank = 0; rank < ranked.size(); rank++) {
      byHost.computeIfAbsent(ranked.entry(rank).host(), h -> new ArrayList<>()).add(rank);
    }
    Map<String, PathTree> wild = new HashMap<>();
    byHost.forEach(
        (host, ranks) -> {
          PathTree tree = new PathTree(ranked, ranks);
          if (host.startsWith("*.")) {
            wild.put(host.substring(2), tree);
          } else {
            hosts.put(host, tree);
          }
        });
    this.anyHost = hosts.remove("");
    this.below = wild.isEmpty() ? null : new SegmentMap<>(wild);
  }

  /** Whether it was made of routes with these names, and the very same matches. */
  boolean isOf(List<String> otherNames, List<RouteMatch> otherMatches) {
    if (matches.size() != otherMatches.size()) {
      return false;
    }
    for (int i = 0; i < matches.size(); i++) {
      if (matches.get(i) != otherMatches.get(i) || !names.get(i).equals(otherNames.get(i))) {
        return false;
      }
    }
    return true;
  }

  RankedRoutes ranked() {
    return ranked;
  }

  /** The rank of what {@link RouteTable#find} is to find, or {@link PathTree#NONE}. */
  int find(HttpMethod method, String host, String path, MultiMap headers, String query) {
    if (ranked.size() == 0) {
      return PathTree.NONE;
    }
    String name = hosts.isEmpty() && below == null ? "" : HostName.ofRequest(host);
    long bit = methods.bit(method);
    int rank = rank(bit, name, path, headers, query);
    String other = RequestPath.otherReading(path);
    boolean ambiguous =
        !other.equals(path) && route(rank) != route(rank(bit, name, other, headers, query));
    return ambiguous ? PathTree.NONE : rank;
  }

  /** See {@link RouteTable#isAmbiguous}. */
  boolean isAmbiguous(HttpMethod method, String host, String path, MultiMap headers, String query) {
    String other = RequestPath.otherReading(path);
    if (other.equals(path)) {
      return false;
    }
    String name = HostName.ofRequest(host);
    long bit = methods.bit(method);
    return route(rank(bit, name, path, headers, query))
        != route(rank(bit, name, other, headers, query));
  }

  private int route(int rank) {
    return rank == PathTree.NONE ? -1 : ranked.entry(rank).route();
  }

  /** See {@link RouteTable#methods}. */
  Set<String> methods(String host, String path) {
    Set<String> all = new TreeSet<>();
    for (PathTree tree : trees(HostName.ofRequest(host))) {
      tree.each(path, rank -> methods.addNames(ranked.entry(rank).methods(), all));
    }
    return all;
  }

  private int rank(long method, String host, String path, MultiMap headers, String query) {
    int rank = PathTree.NONE;
    PathTree tree = hosts.get(host);
    if (tree != null) {
      rank = tree.find(rank, method, path, headers, query);
    }
    if (below != null) {
      for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
        tree = dot == 0 ? null : below.get(host, dot + 1, host.length());
        if (tree != null) {
          rank = tree.find(rank, method, path, headers, query);
        }
      }
    }
    return anyHost == null ? rank : anyHost.find(rank, method, path, headers, query);
  }

  private List<PathTree> trees(String host) {
    List<PathTree> trees = new ArrayList<>();
    trees.add(hosts.get(host));
    for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      trees.add(below == null || dot == 0 ? null : below.get(host, dot + 1, host.length()));
    }
    trees.add(anyHost);
    trees.removeIf(tree -> tree == null);
    return trees;
  }
}
