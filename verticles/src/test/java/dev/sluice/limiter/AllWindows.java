package dev.sluice.limiter;

import java.util.ArrayDeque;

/**
 * Watches what was let through of one bucket, over all windows at once, in one step an admission.
 * For a token bucket by a virtual queue: it grows by what is let through and drains at the rate,
 * and its largest length is the largest excess of any window over {@code rate * T}. For a sliding
 * window by the sum of the last window.
 */
final class AllWindows {
  private final Policy policy;
  private final double perNano;
  private final ArrayDeque<long[]> window = new ArrayDeque<>();
  private double queue;
  private long at;
  private double largest;
  private long total;

  AllWindows(Policy policy) {
    this.policy = policy;
    this.perNano = policy.quota() / (double) policy.window().toNanos();
  }

  void admitted(int cost, long nanos) {
    total += cost;
    if (policy.algorithm() == Policy.Algorithm.TOKEN_BUCKET) {
      queue = Math.max(0, queue - (nanos - at) * perNano) + cost;
    } else {
      window.add(new long[] {nanos, cost});
      queue += cost;
      while (window.peek()[0] <= nanos - policy.window().toNanos()) {
        queue -= window.poll()[1];
      }
    }
    at = nanos;
    largest = Math.max(largest, queue);
  }

  /** The most tokens any window had beyond what the rate gives it; compare with the burst. */
  double largest() {
    return largest;
  }

  long total() {
    return total;
  }
}
