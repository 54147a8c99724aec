package dev.sluice.edge.proxy;

import dev.sluice.platform.time.Time;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time limits of one event loop: thousands at once, nearly all of which are taken back before
 * they come. A wheel of slots of {@link #TICK} milliseconds, each a ring of those that end in it;
 * setting one and taking it back is a handful of writes, no allocation and no timer of its own.
 * Limits further away than the wheel turns are looked at again each turn. They come late by up to a
 * tick, never early.
 */
public final class Deadlines {
  private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

  static final int TICK = 20;
  private static final int SLOTS = 512; // 10 s a turn; a power of two
  private static final long TICK_NANOS = TICK * 1_000_000L;

  private final Vertx vertx;
  private final Time time;
  private final Limit[] slots = new Limit[SLOTS];
  private final long begun;
  private long turned; // ticks gone through
  private int pending;
  private boolean ticking;

  /** Something that has a time limit; at most one at a time. */
  public abstract static class Limit {
    private Limit before;
    private Limit after;
    private long due; // in ticks

    /** The time is over. */
    protected abstract void late();

    private void join(Limit ring) {
      before = ring.before;
      after = ring;
      before.after = this;
      ring.before = this;
    }

    private void leave() {
      before.after = after;
      after.before = before;
      before = null;
      after = null;
    }
  }

  private static final class Ring extends Limit {
    Limit after() {
      return super.after;
    }

    Ring() {
      super.before = this;
      super.after = this;
    }

    @Override
    protected void late() {
      throw new AssertionError("a ring has no time limit");
    }
  }

  public Deadlines(Vertx vertx, Time time) {
    this.vertx = vertx;
    this.time = time;
    this.begun = time.nanos();
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = new Ring();
    }
  }

  /** Sets the limit, in place of one it may have. */
  public void in(long millis, Limit limit) {
    cancel(limit);
    if (pending == 0) {
      turned = now();
    }
    // One more than rounded up: the tick that runs now is over only at its end.
    limit.due = now() + (millis + TICK - 1) / TICK + 1;
    limit.join(slots[(int) (limit.due & (SLOTS - 1))]);
    pending++;
    if (!ticking) {
      ticking = true;
      vertx.setTimer(TICK, this::tick);
    }
  }

  /** Takes the limit back; nothing happens if it has none. */
  public void cancel(Limit limit) {
    if (limit.before != null) {
      limit.leave();
      pending--;
    }
  }

  private void tick(Long timer) {
    long now = now();
    // After a long pause one turn sees all slots.
    turned = Math.max(turned, now - SLOTS);
    while (turned < now) {
      turned++;
      sweep(slots[(int) (turned & (SLOTS - 1))], now);
    }
    if (pending > 0) {
      vertx.setTimer(TICK, this::tick);
    } else {
      ticking = false;
    }
  }

  private void sweep(Limit ring, long now) {
    Ring due = new Ring();
    for (Limit limit = ring.after; limit != ring; ) {
      Limit next = limit.after;
      if (limit.due <= now) {
        limit.leave();
        limit.join(due);
      }
      limit = next;
    }
    // One that is late may cancel another, which then leaves this ring.
    while (due.after() != due) {
      Limit limit = due.after();
      cancel(limit);
      try {
        limit.late();
      } catch (RuntimeException e) {
        LOG.error("what was late could not be ended", e); // the others must be
      }
    }
  }

  private long now() {
    return (time.nanos() - begun) / TICK_NANOS;
  }
}
