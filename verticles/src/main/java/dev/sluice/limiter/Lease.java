package dev.sluice.limiter;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The tokens a node may spend of one bucket without asking, and how fast it spends. One word, the
 * tokens and when they die, so that spending is one atomic step for all event loops; all else is
 * called under the {@link Holding}'s lock. A newer lease waits behind the older, because its tokens
 * die later: none lives longer than it was granted for.
 */
final class Lease {
  private static final VarHandle WORD;
  private static final int TOKEN_BITS = 21;
  private static final long TOKENS = (1L << TOKEN_BITS) - 1;
  private static final long TICK_NANOS = 1_000_000;

  /** How far a lease shall last at the demand that was seen. */
  private static final double HORIZON_NANOS = 25e6;

  private static final double DEMAND_MEMORY_NANOS = 50e6;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Lease.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile long word;
  private volatile int renewAt = -1;
  private long next;
  private double demand;
  private long spent;
  private long spentAt;
  private long stock;

  Lease(long now) {
    this.spentAt = now;
  }

  /** Spends {@code cost} tokens; answers how many are left, or -1 if there are not so many. */
  long spend(int cost, long now) {
    long held = word;
    while ((held & TOKENS) >= cost && alive(held, now)) {
      if (WORD.compareAndSet(this, held, held - cost)) {
        return (held & TOKENS) - cost;
      }
      held = word;
    }
    return -1;
  }

  /** Whether there is nothing to spend; it may be that a newer lease has to take its turn. */
  boolean isEmpty(long now) {
    long held = word;
    return (held & TOKENS) == 0 || !alive(held, now);
  }

  /** Whether it is time to ask for more. */
  boolean low() {
    return (word & TOKENS) <= renewAt;
  }

  /** Puts the newer lease in the place of one that is used up. */
  void turn(long now) {
    if (next != 0 && isEmpty(now)) {
      long newer = next;
      next = 0;
      drop();
      if (alive(newer, now)) {
        word = newer;
        renewAtHalf(now);
      } else {
        stock -= newer & TOKENS;
      }
    }
  }

  /** How much to ask for, so that with what is held there are {@code most} at most. */
  int wanted(int most, long now) {
    measure(now);
    renewAt = -1; // until there is an answer
    return next != 0 ? 0 : Math.max(0, (int) Math.min(most, demand * HORIZON_NANOS) - held(now));
  }

  /**
   * Takes in what was granted.
   *
   * @param dies when it must not be spent any more
   */
  void store(int tokens, long dies, long now) {
    turn(now);
    long granted = ((dies / TICK_NANOS) << TOKEN_BITS) | tokens;
    if (tokens > 0 && alive(granted, now)) {
      stock += tokens;
      if (isEmpty(now)) {
        drop();
        word = granted;
      } else {
        next = granted;
      }
    }
  }

  /** From now on, says {@link #low} when half is left. */
  void renewAtHalf(long now) {
    int held = held(now);
    renewAt = next == 0 && held > 1 ? held / 2 : -1;
  }

  /** Counts what was spent otherwise as demand. */
  void spentElsewhere(int tokens) {
    spent += tokens;
  }

  int held(long now) {
    long older = word;
    long tokens = alive(older, now) ? older & TOKENS : 0;
    return (int) (tokens + (alive(next, now) ? next & TOKENS : 0));
  }

  void lose() {
    next = 0;
    word = 0;
  }

  private static boolean alive(long word, long now) {
    return word >>> TOKEN_BITS > now / TICK_NANOS;
  }

  /** What is left of a dead lease was not spent. */
  private void drop() {
    stock -= (long) WORD.getAndSet(this, 0L) & TOKENS;
  }

  /** Brings the demand up to date by what was spent since the last time. */
  private void measure(long now) {
    long left = (word & TOKENS) + (next & TOKENS);
    spent += stock - left;
    stock = left;
    long passed = Math.max(TICK_NANOS, now - spentAt);
    double weight = Math.min(1, passed / DEMAND_MEMORY_NANOS);
    demand += weight * (spent / (double) passed - demand);
    spent = 0;
    spentAt = now;
  }
}
