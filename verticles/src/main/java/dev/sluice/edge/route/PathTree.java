package dev.sluice.edge.route;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The paths of one host. Entries are known by their rank in the order of the whole table, the least
 * being the best; a branch knows the best rank in it, so what cannot be better than what was found
 * already is not looked at.
 *
 * <p>Branches are numbers, and what is known of one stands side by side: see {@link TextTable}.
 */
final class PathTree {
  /** No entry; worse than any. */
  static final int NONE = Integer.MAX_VALUE;

  private static final int EXACT = -1; // the group of whole paths
  private static final int ROOT = 0;

  // Of a branch: the best rank in it, the branch below for a parameter, the entries that end here,
  // and those for all that is below.
  private static final int BEST = 0;
  private static final int PARAMETER = 1;
  private static final int HERE = 2;
  private static final int OPEN = 3;

  private final RankedRoutes ranked;
  private final int best;
  private final boolean anyExact;
  private final TextTable texts;
  private final int[] branches;
  private final int[] lists; // of more than one rank: how many, and these

  /** A branch while entries are added. */
  private static final class Growing {
    final Map<String, Growing> literals = new LinkedHashMap<>();
    Growing parameter;
    final List<Integer> here = new ArrayList<>();
    final List<Integer> open = new ArrayList<>();
  }

  /** Lays the branches out, each followed by what is below it. */
  private static final class Layout {
    final TextTable.Builder texts = new TextTable.Builder();
    final Numbers branches = new Numbers();
    final Numbers lists = new Numbers();

    Layout() {
      lists.add(0); // so that no list has the number that says there is none
    }

    int add(Growing grown) {
      int at = branches.size();
      int here = list(grown.here);
      int open = list(grown.open);
      int best = Math.min(first(grown.here), first(grown.open));
      branches.add(best, TextTable.NONE, here, open);
      if (grown.parameter != null) {
        int below = add(grown.parameter);
        branches.set(at + PARAMETER, below);
        best = Math.min(best, branches.get(below + BEST));
      }
      for (Map.Entry<String, Growing> literal : grown.literals.entrySet()) {
        int below = add(literal.getValue());
        texts.add(at, literal.getKey(), below);
        best = Math.min(best, branches.get(below + BEST));
      }
      branches.set(at + BEST, best);
      return at;
    }

    private static int first(List<Integer> ranks) {
      return ranks.isEmpty() ? NONE : ranks.get(0);
    }

    /** 0 for none; for one, which is nearly always, that and 1; otherwise below 0, where it is. */
    int list(List<Integer> ranks) {
      if (ranks.size() < 2) {
        return ranks.isEmpty() ? 0 : ranks.get(0) + 1;
      }
      int at = lists.size();
      lists.add(ranks.size());
      ranks.forEach(lists::add);
      return -1 - at;
    }
  }

  /**
   * @param ranked all entries of the table
   * @param mine the ranks of those of this host, ascending
   */
  PathTree(RankedRoutes ranked, List<Integer> mine) {
    this.ranked = ranked;
    this.best = mine.get(0);
    Growing top = new Growing();
    Map<String, List<Integer>> plain = new HashMap<>();
    for (int rank : mine) {
      PathTemplate path = ranked.entry(rank).path();
      if (path.isExact()) {
        plain.computeIfAbsent(path.shape(), p -> new ArrayList<>(1)).add(rank);
      } else {
        grow(top, path, rank);
      }
    }
    Layout layout = new Layout();
    layout.add(top);
    plain.forEach((path, ranks) -> layout.texts.add(EXACT, path, layout.list(ranks)));
    this.anyExact = !plain.isEmpty();
    this.texts = layout.texts.build();
    this.branches = layout.branches.toArray();
    this.lists = layout.lists.toArray();
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
    int plain = anyExact ? texts.get(EXACT, path, 0, path.length()) : TextTable.NONE;
    if (plain != TextTable.NONE) {
      better = first(plain, better, method, headers, query);
    }
    return branches[ROOT + BEST] >= better
        ? better
        : descend(ROOT, 1, better, method, path, headers, query);
  }

  private int descend(
      int at, int from, int found, long method, String path, MultiMap headers, String query) {
    int better = found;
    if (from > path.length()) {
      better = first(branches[at + HERE], better, method, headers, query);
    } else {
      int slash = path.indexOf('/', from);
      int end = slash < 0 ? path.length() : slash;
      int below = texts.get(at, path, from, end);
      if (below != TextTable.NONE && branches[below + BEST] < better) {
        better = descend(below, end + 1, better, method, path, headers, query);
      }
      below = branches[at + PARAMETER];
      if (below != TextTable.NONE && branches[below + BEST] < better && end > from) {
        better = descend(below, end + 1, better, method, path, headers, query);
      }
    }
    return first(branches[at + OPEN], better, method, headers, query);
  }

  private int first(int list, int found, long method, MultiMap headers, String query) {
    if (list >= 0) {
      int rank = list - 1;
      boolean better = rank >= 0 && rank < found && ranked.holds(rank, method, headers, query);
      return better ? rank : found;
    }
    int at = -1 - list;
    for (int i = at + 1; i <= at + lists[at] && lists[i] < found; i++) {
      if (ranked.holds(lists[i], method, headers, query)) {
        return lists[i];
      }
    }
    return found;
  }

  /** Tells the rank of every entry for a path, whatever else it asks for. */
  void each(String path, IntConsumer heard) {
    int plain = anyExact ? texts.get(EXACT, path, 0, path.length()) : TextTable.NONE;
    if (plain != TextTable.NONE) {
      tell(plain, heard);
    }
    each(ROOT, path, 1, heard);
  }

  private void each(int at, String path, int from, IntConsumer heard) {
    tell(branches[at + OPEN], heard);
    if (from > path.length()) {
      tell(branches[at + HERE], heard);
      return;
    }
    int slash = path.indexOf('/', from);
    int end = slash < 0 ? path.length() : slash;
    int below = texts.get(at, path, from, end);
    if (below != TextTable.NONE) {
      each(below, path, end + 1, heard);
    }
    below = branches[at + PARAMETER];
    if (below != TextTable.NONE && end > from) {
      each(below, path, end + 1, heard);
    }
  }

  private void tell(int list, IntConsumer heard) {
    if (list > 0) {
      heard.accept(list - 1);
    } else if (list < 0) {
      int at = -1 - list;
      for (int i = at + 1; i <= at + lists[at]; i++) {
        heard.accept(lists[i]);
      }
    }
  }
}
