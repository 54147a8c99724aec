package dev.sluice.limiter;

import java.util.Map;
import java.util.TreeMap;

/**
 * A window that moves with the time, counted in slices of a sixtieth. What counts is the current
 * slice and as many before it as cover a window and one slice more; the slice more is at least as
 * long as a token may lie on a node before it is spent, so that no window of the policy's length
 * ever sees more than the quota, and the debts.
 */
final class SlidingWindow implements Bucket {
  private final long quota;
  private final long slice;
  private final long slices;
  private final TreeMap<Long, Long> counts = new TreeMap<>();
  private long used;
  private long last;

  SlidingWindow(Policy policy) {
    this.quota = policy.quota();
    this.slice = Terms.sliceMicros(policy);
    this.slices = Terms.slices(policy);
  }

  @Override
  public Answer apply(Ask ask, long micros) {
    long newest = counts.isEmpty() ? 0 : counts.lastKey();
    long current = Math.max(newest, micros / slice);
    last = Math.max(micros, current * slice);
    forget(current - slices);
    add(current, Math.min(ask.debit(), Math.max(0, 2 * quota - used)));
    int granted = 0;
    for (int cost : ask.costs()) {
      long tokens = Math.min(cost, quota);
      if (quota - used < tokens) {
        break;
      }
      add(current, tokens);
      granted++;
    }
    boolean all = granted == ask.costs().length;
    long leased = all ? Math.min(ask.lease(), Math.max(0, quota - used)) : 0;
    add(current, leased);
    long needed = all ? 1 : Math.min(ask.costs()[granted], quota);
    return new Answer(granted, (int) leased, quota - used, waitMillis(needed));
  }

  private void add(long current, long tokens) {
    if (tokens > 0) {
      counts.merge(current, tokens, Long::sum);
      used += tokens;
    }
  }

  private void forget(long until) {
    while (!counts.isEmpty() && counts.firstKey() <= until) {
      used -= counts.pollFirstEntry().getValue();
    }
  }

  /** Until enough of the oldest slices have left the window. */
  private long waitMillis(long needed) {
    long left = quota - used;
    if (left >= needed) {
      return 0;
    }
    for (Map.Entry<Long, Long> oldest : counts.entrySet()) {
      left += oldest.getValue();
      if (left >= needed) {
        long micros = (oldest.getKey() + slices) * slice - last;
        return (micros + 999) / 1000;
      }
    }
    throw new IllegalStateException("an empty window has room for " + needed + " of " + quota);
  }
}
