package dev.sluice.edge.route;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The paths of one host. Entries are known by their rank in the order of the whole table, the least
 * being the best; a branch knows the best rank in it, so what cannot be better than what was found
 * already is not looked at.
 */
final class PathTree<T> {
  /** No entry; worse than any. */
  static final int NONE = Integer.MAX_VALUE;

  private final RouteEntry<T>[] ranked;
  private final Map<String, int[]> exact = new HashMap<>();
  private final Branch root;
  private final int best;

  private static final class Branch {
    final SegmentMap<Branch> literals;
    final Branch parameter;
    final int[] here;
    final int[] open;
    final int best;

    Branch(Growing grown, Map<String, Branch> below, Branch parameter, int best) {
      this.literals = below.isEmpty() ? null : new SegmentMap<>(below);
      this.parameter = parameter;
      this.here = ints(grown.here);
      this.open = ints(grown.open);
      this.best = best;
    }
  }

  /** A branch while entries are added. */
  private static final class Growing {
    final Map<String, Growing> literals = new HashMap<>();
    Growing parameter;
    final List<Integer> here = new ArrayList<>();
    final List<Integer> open = new ArrayList<>();

    Branch grown() {
      Map<String, Branch> below = new HashMap<>();
      literals.forEach((segment, branch) -> below.put(segment, branch.grown()));
      Branch any = parameter == null ? null : parameter.grown();
      int best = any == null ? NONE : any.best;
      for (Branch branch : below.values()) {
        best = Math.min(best, branch.best);
      }
      best = Math.min(best, here.isEmpty() ? NONE : here.get(0));
      best = Math.min(best, open.isEmpty() ? NONE : open.get(0));
      return new Branch(this, below, any, best);
    }
  }

  /**
   * @param ranked all entries of the table
   * @param mine the ranks of those of this host, ascending
   */
  PathTree(RouteEntry<T>[] ranked, List<Integer> mine) {
    this.ranked = ranked;
    this.best = mine.get(0);
    Growing top = new Growing();
    Map<String, List<Integer>> plain = new HashMap<>();
    for (int rank : mine) {
      PathTemplate path = ranked[rank].path();
      if (path.isExact()) {
        plain.computeIfAbsent(path.shape(), p -> new ArrayList<>()).add(rank);
      } else {
        grow(top, path, rank);
      }
    }
    plain.forEach((path, ranks) -> exact.put(path, ints(ranks)));
    this.root = top.grown();
  }

  private static void grow(Growing top, PathTemplate path, int rank) {
    Growing at = top;
    for (String segment : path.segments()) {
      if (segment == null) {
        at.parameter = at.parameter == null ? new Growing() : at.parameter;
        at = at.parameter;
      } else {
        at = at.literals.computeIfAbsent(segment, s -> new Growing());
      }
    }
    (path.open() ? at.open : at.here).add(rank);
  }

  /** The best rank that matches and is below {@code found}; otherwise {@code found}. */
  int find(int found, long method, String path, MultiMap headers, String query) {
    if (best >= found) {
      return found;
    }
    int better = found;
    int[] plain = exact.get(path);
    if (plain != null) {
      better = first(plain, better, method, headers, query);
    }
    return root.best >= better ? better : descend(root, 1, better, method, path, headers, query);
  }

  private int descend(
      Branch at, int from, int found, long method, String path, MultiMap headers, String query) {
    int better = found;
    if (from > path.length()) {
      better = first(at.here, better, method, headers, query);
    } else {
      int slash = path.indexOf('/', from);
      int end = slash < 0 ? path.length() : slash;
      Branch below = at.literals == null ? null : at.literals.get(path, from, end);
      if (below != null && below.best < better) {
        better = descend(below, end + 1, better, method, path, headers, query);
      }
      below = at.parameter;
      if (below != null && below.best < better && end > from) {
        better = descend(below, end + 1, better, method, path, headers, query);
      }
    }
    return first(at.open, better, method, headers, query);
  }

  private int first(int[] ranks, int found, long method, MultiMap headers, String query) {
    for (int rank : ranks) {
      if (rank >= found) {
        return found;
      }
      if (ranked[rank].holds(method, headers, query)) {
        return rank;
      }
    }
    return found;
  }

  /** Tells every entry for a path, whatever else it asks for. */
  void each(String path, Consumer<RouteEntry<T>> heard) {
    tell(exact.getOrDefault(path, new int[0]), heard);
    each(root, path, 1, heard);
  }

  private void each(Branch at, String path, int from, Consumer<RouteEntry<T>> heard) {
    tell(at.open, heard);
    if (from > path.length()) {
      tell(at.here, heard);
      return;
    }
    int slash = path.indexOf('/', from);
    int end = slash < 0 ? path.length() : slash;
    Branch below = at.literals == null ? null : at.literals.get(path, from, end);
    if (below != null) {
      each(below, path, end + 1, heard);
    }
    if (at.parameter != null && end > from) {
      each(at.parameter, path, end + 1, heard);
    }
  }

  private void tell(int[] ranks, Consumer<RouteEntry<T>> heard) {
    Arrays.stream(ranks).forEach(rank -> heard.accept(ranked[rank]));
  }

  private static int[] ints(List<Integer> ranks) {
    return ranks.stream().mapToInt(Integer::intValue).toArray();
  }
}
