package dev.sluice.limiter;

/**
 * A node's share of one bucket while it counts alone: an equal part of rate and burst, starting
 * from an equal part of what was left. The shares of all nodes together are the bucket.
 */
final class FairShare {
  private static final long MICRO = 1000;

  private final Policy policy;
  private final Bucket bucket;
  private long spent;

  /**
   * @param left tokens of the whole bucket that were left as far as is known
   * @param fullAt when this is full at the earliest, because of others that were forgotten
   */
  FairShare(Terms terms, long left, long fullAt, long now) {
    this.policy = terms.share();
    this.bucket = Bucket.full(policy, now / MICRO);
    long burst = policy.burst();
    double perNano = policy.quota() / (double) policy.window().toNanos();
    long missing = (long) Math.min((double) burst, Math.ceil(Math.max(0, fullAt - now) * perNano));
    long gone = Math.max(missing, burst - Math.min(burst, left / terms.holders()));
    bucket.apply(Ask.debit(gone), now / MICRO);
  }

  /**
   * As {@link Limiter#tryTake}, but always decides. What is taken here is spent at once: it is
   * debited, because of what is granted a bucket takes for a while that it is on its way, and a
   * share of one token would not refill meanwhile.
   */
  long take(int cost, long now) {
    long tokens = Math.min(cost, policy.burst());
    if (bucket.apply(Ask.debit(0), now / MICRO).level() < tokens) {
      return -Math.max(1, bucket.apply(Ask.one(cost), now / MICRO).waitMillis());
    }
    spent += cost;
    return bucket.apply(Ask.debit(tokens), now / MICRO).level();
  }

  /**
   * What the ledger must be told: all that was spent, but not more than is missing here, because
   * the ledger's bucket has refilled meanwhile as this one has.
   */
  long owed(long now) {
    Answer answer = bucket.apply(Ask.debit(0), now / MICRO);
    return Math.min(spent, policy.burst() - answer.level());
  }

  /** When all that was spent is there again. */
  long fullAt(long now) {
    long missing = policy.burst() - bucket.apply(Ask.debit(0), now / MICRO).level();
    return now + policy.resetMillis(policy.burst() - missing) * 1_000_000;
  }
}
