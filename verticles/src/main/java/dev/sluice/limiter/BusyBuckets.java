package dev.sluice.limiter;

import dev.sluice.contract.Limits;
import dev.sluice.limiter.DecisionLog.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a report of what was let through out of new entries of the log: the buckets that gave most,
 * with their tokens slot by slot. A pure function.
 */
final class BusyBuckets {
  static final int MOST = 100;

  /** Slots of one bucket in a report; older ones are left out. */
  static final int LONGEST = 100;

  private record Key(String policy, String client) {
    static Key of(Entry entry) {
      return new Key(entry.policy().name(), entry.client());
    }
  }

  /** One bucket, first its extent, then its tokens. */
  private static final class Sum {
    private final Key key;
    private Policy policy;
    private long total;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;
    private long[] tokens;

    private Sum(Key key) {
      this.key = key;
    }

    private void measure(Entry entry) {
      policy = entry.policy();
      total += entry.tokensTaken();
      first = Math.min(first, entry.slot());
      last = Math.max(last, entry.slot());
    }

    private void add(Entry entry) {
      if (tokens == null) {
        first = Math.max(first, last - LONGEST + 1);
        tokens = new long[(int) (last - first) + 1];
      }
      if (entry.slot() >= first) {
        tokens[(int) (entry.slot() - first)] += entry.tokensTaken();
      }
    }

    private Limits.Busy busy() {
      List<Long> all = new ArrayList<>(tokens.length);
      for (long slot : tokens) {
        all.add(slot);
      }
      return new Limits.Busy(
          key.client(),
          key.policy(),
          Limits.Algorithm.valueOf(policy.algorithm().name()),
          policy.quota(),
          policy.window(),
          policy.burst(),
          first,
          all);
    }
  }

  private BusyBuckets() {}

  /** At most {@link #MOST}; what only gave tokens back is among them, else they would be lost. */
  static List<Limits.Busy> of(List<Entry> entries) {
    Map<Key, Sum> sums = new HashMap<>();
    for (Entry entry : entries) {
      if (entry.allowed() > 0 || entry.givenBack() > 0) {
        sums.computeIfAbsent(Key.of(entry), Sum::new).measure(entry);
      }
    }
    Map<Key, Sum> busiest = new HashMap<>();
    sums.values().stream()
        .sorted(Comparator.comparingLong((Sum sum) -> Math.abs(sum.total)).reversed())
        .limit(MOST)
        .forEach(sum -> busiest.put(sum.key, sum));
    for (Entry entry : entries) {
      Sum sum = busiest.get(Key.of(entry));
      if (sum != null && entry.slot() <= sum.last) {
        sum.add(entry);
      }
    }
    return busiest.values().stream().map(Sum::busy).toList();
  }
}
