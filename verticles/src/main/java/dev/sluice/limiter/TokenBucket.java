package dev.sluice.limiter;

/**
 * A token bucket counted on this node, for the time Redis is away. The level is kept in nano-tokens
 * so that no fraction is lost at any rate. Safe to use from every event loop.
 */
final class TokenBucket {
  private static final long TOKEN = 1_000_000_000L;

  private final Policy policy;
  private long level;
  private long at;

  TokenBucket(Policy policy, long nanos) {
    this.policy = policy;
    this.level = policy.burst() * TOKEN;
    this.at = nanos;
  }

  synchronized Decision take(int cost, long nanos) {
    long full = policy.burst() * TOKEN;
    long passed = Math.max(0, nanos - at);
    // Beyond this the bucket is full anyway, and the product below would overflow.
    level = passed > full / policy.rate() ? full : Math.min(full, level + passed * policy.rate());
    at += passed; // never back: another thread may have looked at the clock before and come after
    boolean enough = level >= cost * TOKEN;
    if (enough) {
      level -= cost * TOKEN;
    }
    return new Decision(
        policy,
        enough ? Decision.Outcome.ALLOWED : Decision.Outcome.DENIED,
        level / TOKEN,
        enough ? 0 : millis(cost * TOKEN - level),
        millis(full - level));
  }

  /** Rounded up, so that a client that waits this long is not refused again. */
  private long millis(long nanoTokens) {
    long perMilli = policy.rate() * 1_000_000L;
    return (nanoTokens + perMilli - 1) / perMilli;
  }
}
