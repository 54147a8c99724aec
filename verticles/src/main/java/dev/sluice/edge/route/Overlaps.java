package dev.sluice.edge.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds routes one of which would never be asked, or only sometimes, without making a table. */
final class Overlaps {
  private static final int MOST_FOUND = 100;

  private final Methods methods;
  private final Map<String, Taken> taken = new HashMap<>();
  private final List<Overlap> found = new ArrayList<>();

  /** Two routes no request could be told apart by. */
  record Overlap(String first, String second, String host, String path) {
    @Override
    public String toString() {
      return "routes %s and %s are for the same requests at %s%s"
          .formatted(first, second, host.isEmpty() ? "any host, " : host, path);
    }
  }

  /** Who has a spot, and who had it before; hardly ever more than one. */
  private record Taken(String name, long methods, boolean headOnly, Taken before) {}

  /**
   * @param methods those of the table
   */
  Overlaps(Methods methods) {
    this.methods = methods;
  }

  void add(String name, RouteMatch match) {
    if (found.size() >= MOST_FOUND) {
      return; // enough is wrong, and looking for more takes ever longer
    }
    long bits = match.methods(methods);
    for (RouteMatch.Spot spot : match.spots()) {
      Taken before = taken.get(spot.key());
      Taken now = new Taken(name, bits, match.isHeadOnly(), before);
      taken.put(spot.key(), now);
      // The one that was first is named.
      Overlap first = null;
      for (Taken other = before; other != null; other = other.before) {
        if (overlap(now, other)) {
          first = new Overlap(other.name, name, spot.host(), spot.path().shape());
        }
      }
      if (first != null) {
        found.add(first);
      }
    }
  }

  // One for HEAD alone is preferred to one for GET, so these two can stand side by side.
  private static boolean overlap(Taken a, Taken b) {
    long both = a.methods & b.methods;
    return a.headOnly == b.headOnly ? both != 0 : (both & ~2L) != 0;
  }

  List<Overlap> found() {
    return found;
  }
}
