package dev.sluice.edge.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The last purges. What was asked of an upstream before a purge is not kept after it, because it
 * may be the very thing that was to go.
 */
final class PurgeLog {
  private static final int KEPT = 256;

  /** The purges with the numbers {@code next - purges.size()} to {@code next - 1}. */
  private record Pages(long next, List<Purge> purges) {}

  private final AtomicReference<Pages> pages = new AtomicReference<>(new Pages(0, List.of()));

  /** The present moment. */
  long stamp() {
    return pages.get().next;
  }

  void add(Purge purge) {
    pages.updateAndGet(
        old -> {
          List<Purge> all = new ArrayList<>(old.purges);
          all.add(purge);
          int from = Math.max(0, all.size() - KEPT);
          return new Pages(old.next + 1, List.copyOf(all.subList(from, all.size())));
        });
  }

  /** Whether it was purged since then, or so many purges came that it cannot be told. */
  boolean hitSince(long stamp, String key, Kept kept) {
    Pages now = pages.get();
    if (now.next == stamp) {
      return false;
    }
    long first = now.next - now.purges.size();
    if (stamp < first) {
      return true;
    }
    for (Purge purge : now.purges.subList((int) (stamp - first), now.purges.size())) {
      if (purge.hits(key, kept)) {
        return true;
      }
    }
    return false;
  }
}
