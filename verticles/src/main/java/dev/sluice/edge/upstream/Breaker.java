package dev.sluice.edge.upstream;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stops asking who fails too often. Closed, it counts; when enough requests of the last window
 * failed it opens and lets nothing through. After a while it is half-open: a bounded number of
 * requests may try. If all of them succeed it closes and forgets, if one fails it opens again.
 *
 * <pre>
 *   CLOSED    --failed, and too many did----------> OPEN
 *   OPEN      --tryAcquire after 'open'-----------> HALF_OPEN
 *   HALF_OPEN --failed----------------------------> OPEN
 *   HALF_OPEN --succeeded, the last of 'probes'---> CLOSED
 *   HALF_OPEN --tryAcquire after 'open' again-----> HALF_OPEN, with new probes: the old ones are lost
 * </pre>
 *
 * All of it is one long: an epoch that grows with each change, the state, the probes begun and the
 * probes that succeeded. Who was let through in one epoch says nothing in another one: a request
 * from before it opened that fails half a minute later must not count as a probe. Takes no lock and
 * allocates nothing.
 */
final class Breaker {
  /** In the order of how bad they are, which is also what the gauge shows. */
  enum State {
    CLOSED(0),
    HALF_OPEN(1),
    OPEN(2);

    private final int level;

    State(int level) {
      this.level = level;
    }

    int level() {
      return level;
    }
  }

  /** Told of each change once, by whoever made it. */
  interface Listener {
    void changed(State from, State to);
  }

  private static final State[] STATES = State.values();
  private static final int COUNT_BITS = 20;
  private static final long COUNT = (1L << COUNT_BITS) - 1;
  private static final int STATE_SHIFT = 2 * COUNT_BITS;
  private static final int EPOCH_SHIFT = STATE_SHIFT + 2;
  private static final long BEGUN = 1L << COUNT_BITS;

  private final AtomicLong word = new AtomicLong();
  private final RollingCounts counts;
  private final int percent;
  private final int least;
  private final long openNanos;
  private final int probes;
  private final Listener listener;

  /** When an open one lets probes through, and a half-open one gives up waiting for them. */
  private volatile long until;

  /**
   * @param config one that is not off
   * @param times how many times as many requests it takes as the configuration says
   */
  Breaker(BreakerConfig config, int times, Listener listener) {
    this.counts = new RollingCounts(config.window());
    this.percent = config.failures();
    this.least = config.least() * times;
    this.openNanos = config.open().toNanos();
    this.probes = config.probes();
    this.listener = listener;
  }

  /** Whether {@link #tryAcquire} would let one through. Changes nothing. */
  boolean allows(long now) {
    long seen = word.get();
    return switch (state(seen)) {
      case CLOSED -> true;
      case OPEN -> until - now <= 0;
      case HALF_OPEN -> begun(seen) < probes || until - now <= 0;
    };
  }

  /**
   * Lets a request through, or not. One that was must be told of with {@link #permit} and exactly
   * one of {@link #succeeded}, {@link #failed} and {@link #cancelled}.
   */
  boolean tryAcquire(long now) {
    while (true) {
      long seen = word.get();
      State state = state(seen);
      if (state == State.CLOSED) {
        return true;
      }
      if (state == State.HALF_OPEN && begun(seen) < probes) {
        if (word.compareAndSet(seen, seen + BEGUN)) {
          return true;
        }
      } else if (until - now > 0) {
        return false;
      } else {
        until = now + openNanos;
        if (change(seen, State.HALF_OPEN, BEGUN)) {
          return true;
        }
      }
    }
  }

  /** What the outcome of a request that was just let through is told with. */
  int permit() {
    return epoch(word.get());
  }

  void succeeded(int permit, long now) {
    while (true) {
      long seen = word.get();
      if (epoch(seen) != permit || state(seen) == State.OPEN) {
        return;
      }
      if (state(seen) == State.CLOSED) {
        counts.add(now, 1, 0);
        return;
      }
      if ((seen & COUNT) + 1 < probes) {
        if (word.compareAndSet(seen, seen + 1)) {
          return;
        }
      } else {
        counts.clear();
        if (change(seen, State.CLOSED, 0)) {
          return;
        }
      }
    }
  }

  void failed(int permit, long now) {
    boolean counted = false;
    while (true) {
      long seen = word.get();
      if (epoch(seen) != permit || state(seen) == State.OPEN) {
        return;
      }
      if (state(seen) == State.CLOSED) {
        if (!counted) {
          counts.add(now, 1, 1);
          counted = true;
        }
        if (!tooMany(now)) {
          return;
        }
      }
      until = now + openNanos;
      if (change(seen, State.OPEN, 0)) {
        return;
      }
    }
  }

  /** It is not known how the request would have gone. Its place as a probe is free again. */
  void cancelled(int permit) {
    while (true) {
      long seen = word.get();
      if (epoch(seen) != permit || state(seen) != State.HALF_OPEN || begun(seen) == 0) {
        return;
      }
      if (word.compareAndSet(seen, seen - BEGUN)) {
        return;
      }
    }
  }

  State state() {
    return state(word.get());
  }

  /** How long it lets nothing through yet, in milliseconds, at least 1. */
  long millisLeft(long now) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - now + 999_999));
  }

  /** What was counted is explained by something else. */
  void forget() {
    counts.clear();
  }

  private boolean tooMany(long now) {
    long sum = counts.sum(now);
    long events = RollingCounts.events(sum);
    return events >= least && RollingCounts.marked(sum) * 100 >= events * percent;
  }

  private boolean change(long seen, State to, long rest) {
    long next =
        ((long) (epoch(seen) + 1) << EPOCH_SHIFT) | ((long) to.level() << STATE_SHIFT) | rest;
    if (!word.compareAndSet(seen, next)) {
      return false;
    }
    State from = state(seen);
    if (from != to) {
      listener.changed(from, to);
    }
    return true;
  }

  private static int epoch(long word) {
    return (int) (word >>> EPOCH_SHIFT);
  }

  private static State state(long word) {
    return STATES[(int) (word >>> STATE_SHIFT) & 3];
  }

  private static long begun(long word) {
    return (word >>> COUNT_BITS) & COUNT;
  }
}
