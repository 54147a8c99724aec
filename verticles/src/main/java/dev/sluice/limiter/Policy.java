package dev.sluice.limiter;

import java.time.Duration;

/**
 * A limit: {@code quota} tokens a {@code window}.
 *
 * @param name in the headers, in metrics and in keys
 * @param quota tokens a window
 * @param burst size of the bucket of a TOKEN_BUCKET; a SLIDING_WINDOW has {@code quota}
 * @param strict every request is decided by the ledger: no node spends ahead
 * @param debt requests a node may let through before the ledger knows of them: 0 or 1
 * @param maxWait how long a front may let a request wait for its tokens instead of refusing it;
 *     zero: not at all
 */
public record Policy(
    String name,
    Algorithm algorithm,
    long quota,
    Duration window,
    long burst,
    boolean strict,
    int debt,
    Duration maxWait,
    Loss onRedisLoss) {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration SHORTEST_SLIDING = Duration.ofSeconds(2);
  static final Duration LONGEST = Duration.ofDays(31);

  /** What the ledger counts with must stay a whole number in a double. */
  private static final double LARGEST = 1L << 52;

  /** How tokens come back. */
  public enum Algorithm {
    /** Steadily, {@code quota} a window, with up to {@code burst} saved up. */
    TOKEN_BUCKET,
    /** One window after they were taken: no window has more than {@code quota}. */
    SLIDING_WINDOW
  }

  /** What to do while Redis is away. */
  public enum Loss {
    /** Each node counts alone, with its share of the limit. */
    FAIR_SHARE,
    /** Let everything through. */
    OPEN,
    /** Refuse with 503. */
    CLOSED
  }

  public Policy {
    check(quota >= 1, "rate: at least 1");
    check(burst >= 1, "burst: at least 1");
    check(debt == 0 || debt == 1, "debt: 0 or 1");
    check(window.toMillis() >= 100 && window.compareTo(LONGEST) <= 0, "per: from 100ms to 31 days");
    check(!maxWait.isNegative() && maxWait.toMillis() <= 60_000, "max_wait: from 0 to 60s");
    if (algorithm == Algorithm.SLIDING_WINDOW) {
      check(window.compareTo(SHORTEST_SLIDING) >= 0, "per: at least 2s for a sliding window");
      check(burst == quota, "burst: none, or the rate, for a sliding window");
    }
    check(
        (double) burst * window.toMillis() * 1000 <= LARGEST,
        "burst: too large for a window of " + window);
  }

  /** So many a second, saved up to {@code burst}, the rest as usual. */
  public static Policy perSecond(String name, long rate, long burst) {
    return new Policy(
        name,
        Algorithm.TOKEN_BUCKET,
        rate,
        SECOND,
        burst,
        false,
        1,
        Duration.ZERO,
        Loss.FAIR_SHARE);
  }

  /** How long until a bucket with {@code remaining} tokens is full again. */
  public long resetMillis(long remaining) {
    long missing = Math.max(0, burst - remaining);
    return (missing * window.toMillis() + quota - 1) / quota;
  }

  private static void check(boolean right, String what) {
    if (!right) {
      throw new IllegalArgumentException(what);
    }
  }
}
