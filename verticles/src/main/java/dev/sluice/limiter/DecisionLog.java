package dev.sluice.limiter;

import dev.sluice.limiter.Decision.Outcome;
import dev.sluice.platform.time.Time;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * What the limiters of this node decided lately: to say why a client was refused, to try a limit
 * against real traffic, and to measure what was let through.
 *
 * <p>Requests of one client, policy and cost are counted together, a tenth of a second at a time.
 * The log holds a fixed number of such entries, the oldest give way, so how far it reaches back
 * depends on how many clients there are. Each event loop writes a part of its own; writing takes a
 * lock that is free, a hash and a comparison, and allocates nothing.
 */
public final class DecisionLog {
  /** Entries if nobody says otherwise: about 1.5 MB. */
  public static final int ENTRIES = 20_000;

  private static final int FEWEST = 64;

  private final LogStripe[] stripes;
  private final AtomicInteger threads = new AtomicInteger();
  private final ThreadLocal<LogStripe> mine = ThreadLocal.withInitial(this::next);

  /**
   * What a client did under a policy within one slot.
   *
   * @param slot see {@link dev.sluice.contract.Limits}
   * @param cost of each of these requests
   * @param allowed how many were let through, those of {@code givenBack} included
   * @param givenBack how many got their tokens back; they may have taken them in an earlier slot
   * @param unknown how many could not be counted, and were refused
   * @param refusedAt milliseconds since 1970 of the last refusal; 0 without one
   */
  record Entry(
      long slot,
      Policy policy,
      String client,
      int cost,
      int allowed,
      int givenBack,
      int denied,
      int unknown,
      long refusedAt,
      long retryMillis) {
    boolean refused() {
      return denied + unknown > 0;
    }

    long tokensTaken() {
      return (long) (allowed - givenBack) * cost;
    }
  }

  /**
   * Some of the log.
   *
   * @param from the first slot of which nothing is lost; 0 when nothing ever was
   */
  record Part(long from, List<Entry> entries) {}

  /**
   * What is new in the log.
   *
   * @param missed requests that were let through and gave way before they could be drained
   */
  record Drained(List<Entry> entries, long missed) {}

  /**
   * @param entries to remember, in all parts together
   * @param loops how many event loops will write; more share the parts
   */
  public DecisionLog(Time time, int entries, int loops) {
    if (loops < 1 || entries < loops) {
      throw new IllegalArgumentException(
          "a log of " + entries + " entries for " + loops + " loops; each needs one at least");
    }
    stripes = new LogStripe[loops];
    int each = Math.max(FEWEST, entries / loops);
    for (int i = 0; i < loops; i++) {
      stripes[i] = new LogStripe(time, each);
    }
  }

  public void allowed(Policy policy, String client, int cost) {
    mine.get().allowed(policy, client, cost);
  }

  /**
   * @param outcome DENIED or UNKNOWN
   * @param retryMillis what the client was told to wait
   */
  public void refused(Policy policy, String client, int cost, Outcome outcome, long retryMillis) {
    mine.get().refused(policy, client, cost, outcome == Outcome.DENIED, retryMillis);
  }

  /** A request that was let through has returned its tokens. */
  public void givenBack(Policy policy, String client, int cost) {
    mine.get().givenBack(policy, client, cost);
  }

  /** The last refusals of a client, newest first. */
  List<Entry> refusals(String client, int most) {
    return find(any -> true, client::equals).entries().stream()
        .filter(Entry::refused)
        .sorted(Comparator.comparingLong(Entry::refusedAt).reversed())
        .limit(most)
        .toList();
  }

  /** All that is remembered of a policy. */
  Part under(String policy) {
    return find(policy::equals, any -> true);
  }

  /** What was decided since the last time, the slot of now excluded. Has one user. */
  Drained drain() {
    List<Entry> entries = new ArrayList<>();
    long missed = 0;
    for (LogStripe stripe : stripes) {
      missed += stripe.drain(entries);
    }
    return new Drained(entries, missed);
  }

  private Part find(Predicate<String> policy, Predicate<String> client) {
    List<Entry> found = new ArrayList<>();
    long from = 0;
    for (LogStripe stripe : stripes) {
      stripe.find(policy, client, found);
      from = Math.max(from, stripe.from());
    }
    return new Part(from, found);
  }

  private LogStripe next() {
    return stripes[Math.floorMod(threads.getAndIncrement(), stripes.length)];
  }
}
