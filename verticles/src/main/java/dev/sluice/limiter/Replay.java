package dev.sluice.limiter;

import dev.sluice.contract.Limits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a limit would have done to requests that were made. A pure function of both.
 *
 * <p>The buckets are full when the traffic begins. All requests of a slot come at its begin, the
 * cheaper ones first; within that, the count is exact: in whole numbers, a token being as many
 * units as the window has milliseconds, so that a millisecond refills {@code quota} units. The
 * requests of a slot that cost the same are decided in one step, however many they are.
 */
final class Replay {
  /** Requests of one client, all of the same cost, in one slot. */
  record Seen(String client, long slot, int cost, long requests, long refusedThen) {}

  /** What became of the requests of one client. */
  record Verdict(String client, long requests, long refusedThen, long refused) {}

  private final Policy proposed;

  Replay(Policy proposed) {
    this.proposed = proposed;
  }

  /** One verdict a client, those refused most first. */
  List<Verdict> verdicts(List<Seen> traffic) {
    Map<String, List<Seen>> clients = new HashMap<>();
    for (Seen seen : traffic) {
      clients.computeIfAbsent(seen.client(), client -> new ArrayList<>()).add(seen);
    }
    List<Verdict> verdicts = new ArrayList<>(clients.size());
    clients.forEach((client, seen) -> verdicts.add(verdict(client, seen)));
    verdicts.sort(
        Comparator.comparingLong(Verdict::refused)
            .thenComparingLong(Verdict::requests)
            .reversed()
            .thenComparing(Verdict::client));
    return verdicts;
  }

  private Verdict verdict(String client, List<Seen> traffic) {
    traffic.sort(Comparator.comparingLong(Seen::slot).thenComparingInt(Seen::cost));
    Bucket bucket =
        proposed.algorithm() == Policy.Algorithm.TOKEN_BUCKET
            ? new Steady(proposed)
            : new Sliding(proposed);
    long requests = 0;
    long refusedThen = 0;
    long refused = 0;
    for (Seen seen : traffic) {
      requests += seen.requests();
      refusedThen += seen.refusedThen();
      long cost = Math.min(seen.cost(), proposed.burst());
      refused += seen.requests() - bucket.take(seen.slot(), cost, seen.requests());
    }
    return new Verdict(client, requests, refusedThen, refused);
  }

  /** A full bucket; slots come in order. */
  private sealed interface Bucket {
    /** How many of so many requests get their tokens. */
    long take(long slot, long cost, long requests);
  }

  private static final class Steady implements Bucket {
    private final Policy policy;
    private final long window;
    private final long full;
    private long level;
    private long at = Long.MIN_VALUE;

    private Steady(Policy policy) {
      this.policy = policy;
      this.window = policy.window().toMillis();
      this.full = policy.burst() * window;
      this.level = full;
    }

    @Override
    public long take(long slot, long cost, long requests) {
      if (at != Long.MIN_VALUE) {
        long passed = (slot - at) * Limits.SLOT_MILLIS;
        // Beyond this the bucket is full anyway, and the product below might overflow.
        level =
            passed > full / policy.quota() ? full : Math.min(full, level + passed * policy.quota());
      }
      at = slot;
      long admitted = Math.min(requests, level / (cost * window));
      level -= admitted * cost * window;
      return admitted;
    }
  }

  private static final class Sliding implements Bucket {
    private record Taken(long slot, long tokens) {}

    private final Policy policy;
    private final ArrayDeque<Taken> taken = new ArrayDeque<>();
    private long used;

    private Sliding(Policy policy) {
      this.policy = policy;
    }

    @Override
    public long take(long slot, long cost, long requests) {
      long window = policy.window().toMillis();
      while (!taken.isEmpty() && (slot - taken.peekFirst().slot()) * Limits.SLOT_MILLIS >= window) {
        used -= taken.removeFirst().tokens();
      }
      long admitted = Math.min(requests, (policy.quota() - used) / cost);
      if (admitted > 0) {
        taken.addLast(new Taken(slot, admitted * cost));
        used += admitted * cost;
      }
      return admitted;
    }
  }
}
