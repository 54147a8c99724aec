package dev.sluice.limiter;

import dev.sluice.contract.Limits;
import dev.sluice.limiter.DecisionLog.Entry;
import dev.sluice.platform.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The part of a {@link DecisionLog} that one event loop writes: a ring of entries in parallel
 * arrays, so that counting allocates nothing. The entry of a client in the current slot is found
 * through an index of places by hash. The index is never cleared: a place counts only if what
 * stands there is the very entry sought. Two keys with one hash push each other out and get several
 * entries a slot, which are summed up by whoever reads.
 *
 * <p>The lock is free but for the moments somebody reads, and then held for a pass over the ring.
 */
final class LogStripe {
  private static final long RESYNC_NANOS = 1_000_000_000L;
  private static final long NANOS_A_MILLI = 1_000_000L;

  /** A clock that is this much behind was set; less is the noise of reading two clocks. */
  private static final long JUMP_SLOTS = 10;

  private final Time time;
  private final int capacity;
  private final long[] slots;
  private final Policy[] policies;
  private final String[] clients;
  private final int[] costs;
  private final int[] allowed;
  private final int[] givenBack;
  private final int[] denied;
  private final int[] unknown;
  private final long[] refusedAt;
  private final long[] retries;
  private final int[] index;

  private long written;
  private long drained;
  private long missed;
  private long slot;
  private long millis;
  private long offset;
  private long syncedAt;

  LogStripe(Time time, int capacity) {
    this.time = time;
    this.capacity = capacity;
    this.slots = new long[capacity];
    this.policies = new Policy[capacity];
    this.clients = new String[capacity];
    this.costs = new int[capacity];
    this.allowed = new int[capacity];
    this.givenBack = new int[capacity];
    this.denied = new int[capacity];
    this.unknown = new int[capacity];
    this.refusedAt = new long[capacity];
    this.retries = new long[capacity];
    this.index = new int[Integer.highestOneBit(capacity) << 1];
    synchronize(time.nanos());
  }

  synchronized void allowed(Policy policy, String client, int cost) {
    allowed[entry(policy, client, cost)]++;
  }

  synchronized void givenBack(Policy policy, String client, int cost) {
    givenBack[entry(policy, client, cost)]++;
  }

  synchronized void refused(
      Policy policy, String client, int cost, boolean known, long retryMillis) {
    int at = entry(policy, client, cost);
    (known ? denied : unknown)[at]++;
    refusedAt[at] = millis;
    retries[at] = retryMillis;
  }

  /** Adds what is remembered and wanted to {@code found}, oldest first. */
  synchronized void find(Predicate<String> policy, Predicate<String> client, List<Entry> found) {
    for (long i = Math.max(0, written - capacity); i < written; i++) {
      int at = (int) (i % capacity);
      if (policy.test(policies[at].name()) && client.test(clients[at])) {
        found.add(copy(at));
      }
    }
  }

  /** The first slot of which nothing is lost; 0 when nothing ever was. */
  synchronized long from() {
    return written <= capacity ? 0 : slots[(int) (written % capacity)] + 1;
  }

  /** Adds the entries that are complete and were not drained before; the current slot is not. */
  synchronized long drain(List<Entry> complete) {
    tick();
    while (drained < written && slots[(int) (drained % capacity)] != slot) {
      complete.add(copy((int) (drained % capacity)));
      drained++;
    }
    long lost = missed;
    missed = 0;
    return lost;
  }

  private int entry(Policy policy, String client, int cost) {
    tick();
    int place = place(policy, client, cost);
    int at = index[place];
    if (slots[at] == slot
        && policy.equals(policies[at])
        && costs[at] == cost
        && client.equals(clients[at])) {
      return at;
    }
    at = begin(policy, client, cost);
    index[place] = at;
    return at;
  }

  private int begin(Policy policy, String client, int cost) {
    int at = (int) (written % capacity);
    if (written - drained == capacity) {
      missed += allowed[at];
      drained++;
    }
    written++;
    slots[at] = slot;
    policies[at] = policy;
    clients[at] = client;
    costs[at] = cost;
    allowed[at] = 0;
    givenBack[at] = 0;
    denied[at] = 0;
    unknown[at] = 0;
    refusedAt[at] = 0;
    retries[at] = 0;
    return at;
  }

  private int place(Policy policy, String client, int cost) {
    int hash = (client.hashCode() * 31 + policy.name().hashCode()) * 31 + cost;
    return (hash ^ (hash >>> 16)) & (index.length - 1);
  }

  /** The time of day out of the other clock, which is cheaper to read and allocates nothing. */
  private void tick() {
    long nanos = time.nanos();
    if (nanos - syncedAt >= RESYNC_NANOS) {
      synchronize(nanos);
    }
    millis = offset + Math.floorDiv(nanos, NANOS_A_MILLI);
    long now = Math.floorDiv(millis, Limits.SLOT_MILLIS);
    if (now > slot || slot - now > JUMP_SLOTS) {
      slot = now;
    }
  }

  private void synchronize(long nanos) {
    offset = time.now().toEpochMilli() - Math.floorDiv(nanos, NANOS_A_MILLI);
    syncedAt = nanos;
  }

  private Entry copy(int at) {
    return new Entry(
        slots[at],
        policies[at],
        clients[at],
        costs[at],
        allowed[at],
        givenBack[at],
        denied[at],
        unknown[at],
        refusedAt[at],
        retries[at]);
  }

  /** All there is, for tests. */
  List<Entry> all() {
    List<Entry> all = new ArrayList<>();
    find(any -> true, any -> true, all);
    return all;
  }
}
