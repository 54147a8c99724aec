package dev.sluice.limiter;

import dev.sluice.limiter.Policy.Algorithm;
import java.time.Duration;

/**
 * What a policy means on one of {@code holders} nodes.
 *
 * @param most tokens a node may hold unspent: a small share of the burst, at least one
 * @param debt requests a node may let through before the ledger knows
 * @param barNanos how long a node that was refused stays without debt if it is granted nothing
 */
record Terms(Policy policy, int holders, int most, int debt, long barNanos) {
  /** How long a lease lives, from when it was asked for. */
  static final long LEASE_NANOS = 100_000_000L;

  /** Between two flushes of a node, at least. */
  static final long INTERVAL_NANOS = 5_000_000L;

  /** After this an answer is not waited for any more. */
  static final long PATIENCE_NANOS = 25_000_000L;

  /** What the nodes together may hold of a burst. */
  private static final double HELD_SHARE = 0.02;

  /** More than this a lease cannot say. */
  private static final int LARGEST_LEASE = 1 << 20;

  /** For clocks that do not run at one speed. */
  private static final double DRIFT = 1.1;

  private static final long SLICES = 60;
  private static final double LONGEST_ANSWER_MICROS = 1e6;

  static Terms of(Policy policy, int holders) {
    int most = (int) Math.min(LARGEST_LEASE, HELD_SHARE * policy.burst() / holders);
    int debt = policy.strict() ? 0 : policy.debt();
    double bar = DRIFT * secondsToRefill(policy, holders * debt + 1) * 1e9;
    return new Terms(
        policy, holders, policy.strict() ? 0 : Math.max(1, most), debt, (long) Math.min(bar, 1e18));
  }

  /**
   * Until so many tokens are back for sure; in a sliding window that is not before it has passed.
   */
  private static double secondsToRefill(Policy policy, int tokens) {
    return policy.algorithm() == Algorithm.SLIDING_WINDOW
        ? slices(policy) * sliceMicros(policy) / 1e6
        : tokens * (policy.window().toNanos() / 1e9) / policy.quota();
  }

  /**
   * How old the answer to a request that waits may be. At least as long as is waited for any
   * answer, and up to a second where tokens are so rare that a lost one would be missed: in that
   * time a twentieth of one comes back. Less where the bucket is so small that holding back what is
   * under way would slow it down. In a sliding window up to the slice that is counted more.
   */
  static long answerMicros(Policy policy) {
    if (policy.algorithm() == Algorithm.SLIDING_WINDOW) {
      return Math.min((long) LONGEST_ANSWER_MICROS, sliceMicros(policy));
    }
    double perMicro = policy.quota() / (policy.window().toNanos() / 1e3);
    double rare = Math.min(LONGEST_ANSWER_MICROS, 0.05 / perMicro);
    double patient = Math.max(PATIENCE_NANOS / 1e3, rare);
    return (long) Math.max(1000, Math.min(patient, policy.burst() / (4 * perMicro)));
  }

  long answerNanos() {
    return answerMicros(policy) * 1000;
  }

  static long sliceMicros(Policy policy) {
    return Math.max(policy.window().toNanos() / 1000 / SLICES, LEASE_NANOS / 1000);
  }

  /** Slices that cover a window, one more, and the current one that is not over. */
  static long slices(Policy policy) {
    long slice = sliceMicros(policy);
    return (policy.window().toNanos() / 1000 + slice - 1) / slice + 2;
  }

  /** The limit of one node that counts alone: its share of rate and burst. */
  Policy share() {
    boolean sliding = policy.algorithm() == Algorithm.SLIDING_WINDOW;
    long burst = Math.max(1, policy.burst() / holders);
    // A share of the rate that need not be whole: the same quota in as many windows.
    Duration window = policy.window().multipliedBy(holders);
    boolean divide = sliding || window.compareTo(Policy.LONGEST) > 0;
    return new Policy(
        policy.name(),
        policy.algorithm(),
        sliding ? burst : divide ? Math.max(1, policy.quota() / holders) : policy.quota(),
        divide ? policy.window() : window,
        burst,
        policy.strict(),
        policy.debt(),
        policy.maxWait(),
        policy.onRedisLoss());
  }
}
