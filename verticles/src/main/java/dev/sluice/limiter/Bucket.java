package dev.sluice.limiter;

/**
 * The rule of one bucket. The ledger's script ({@code ledger.lua}) does the same in Redis, to the
 * last digit; this form counts for a node alone while Redis is away. Debits are taken whatever the
 * level, grants only out of what is there.
 */
interface Bucket {
  /**
   * @param micros the time on any clock; when it goes back, time stands still
   */
  Answer apply(Ask ask, long micros);

  static Bucket full(Policy policy, long micros) {
    return switch (policy.algorithm()) {
      case TOKEN_BUCKET -> new TokenBucket(policy, micros);
      case SLIDING_WINDOW -> new SlidingWindow(policy);
    };
  }
}
