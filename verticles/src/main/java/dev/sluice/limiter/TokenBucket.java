package dev.sluice.limiter;

/**
 * A bucket that refills steadily. All numbers are whole: a token is as many units as its window has
 * microseconds, so that each microsecond adds {@code quota} units and nothing is rounded.
 *
 * <p>Tokens granted to waiting requests are spent when the answer arrives, at most {@link
 * Terms#answerMicros} after it was asked for. Were the bucket to fill up behind them, a window that
 * begins in between could see the burst, the refill and those tokens. So the bucket's capacity
 * counts them as still inside until then: {@code held}, kept in two slots of that length, the
 * current and the one before.
 */
final class TokenBucket implements Bucket {
  private final long quota;
  private final long token;
  private final long burst;
  private final long slotMicros;

  private long level;
  private long at;
  private long slot;
  private long held;
  private long heldBefore;

  TokenBucket(Policy policy, long micros) {
    this.quota = policy.quota();
    this.token = policy.window().toNanos() / 1000;
    this.burst = policy.burst();
    this.slotMicros = Terms.answerMicros(policy);
    this.level = burst * token;
    this.at = micros;
    this.slot = micros / slotMicros;
  }

  @Override
  public Answer apply(Ask ask, long micros) {
    refill(micros);
    level = Math.max(-burst * token, level - Math.min(ask.debit(), 2 * burst) * token);
    int granted = 0;
    for (int cost : ask.costs()) {
      long tokens = Math.min(cost, burst);
      if (level < tokens * token) {
        break;
      }
      level -= tokens * token;
      held += tokens;
      granted++;
    }
    boolean all = granted == ask.costs().length;
    long leased = all ? Math.min(ask.lease(), Math.max(0, Math.floorDiv(level, token))) : 0;
    level -= leased * token;
    long needed = all ? 1 : Math.min(ask.costs()[granted], burst);
    return new Answer(
        granted, (int) leased, Math.floorDiv(level, token), waitMillis(needed, micros));
  }

  /** The refill, and before it the time in which what is on its way leaves no room for so much. */
  private long waitMillis(long needed, long micros) {
    long missing = needed * token - level;
    if (missing <= 0) {
      return 0;
    }
    long noRoom = 0;
    if (burst - held - heldBefore < needed) {
      noRoom = (slot + 1) * slotMicros - micros + (burst - held < needed ? slotMicros : 0);
    }
    return (missing + (noRoom + 1000) * quota - 1) / (quota * 1000);
  }

  /**
   * Goes slot by slot while tokens are on their way, because what a slot's capacity cut off does
   * not come back when the next one's is larger. Where the clock went back, after a failover,
   * nothing is refilled, and nothing taken away.
   */
  private void refill(long micros) {
    long current = micros / slotMicros;
    while (slot < current && held + heldBefore > 0) {
      slot++;
      add(slot * slotMicros);
      heldBefore = held;
      held = 0;
    }
    slot = current;
    add(micros);
    at = micros;
  }

  private void add(long until) {
    long capacity = (burst - held - heldBefore) * token;
    long passed = Math.max(0, until - at);
    // Longer than this fills any bucket, and the product would overflow.
    boolean fills = passed > 2 * burst * token / quota;
    level = fills ? capacity : Math.min(capacity, level + passed * quota);
    at = Math.max(at, until);
  }
}
