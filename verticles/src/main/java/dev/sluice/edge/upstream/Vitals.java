package dev.sluice.edge.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How an address of a target is, whichever configuration it is in: a reload that keeps the target
 * keeps this.
 */
final class Vitals {
  private static final int MOST_TIMES = 10;

  final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger failuresInRow = new AtomicInteger();
  private volatile boolean probedWell = true;
  private volatile boolean ejected;
  private volatile long ejectedUntil;

  // What follows is guarded by whoever ejects, one at a time.
  private int times;

  // What follows belongs to the caretaker's event loop.
  boolean probing;
  long nextProbe;
  boolean scheduled;
  private int goodInRow;
  private int badInRow;

  /** Whether requests should go there, as far as probes and ejections know. */
  boolean well(long now) {
    return probedWell && !ejected(now);
  }

  boolean ejected(long now) {
    return ejected && ejectedUntil - now > 0;
  }

  void succeeded() {
    if (failuresInRow.get() != 0) {
      failuresInRow.set(0);
    }
  }

  /**
   * Counts on while it is ejected and after: who comes back and fails at once is ejected at once.
   *
   * @return failures in a row
   */
  int failed() {
    return failuresInRow.incrementAndGet();
  }

  /**
   * Ejects it. Not for two threads at once.
   *
   * @return for how many nanoseconds
   */
  long eject(long now, long nanos) {
    boolean wellForAsLong = !ejected || now - ejectedUntil > nanos * times;
    times = wellForAsLong ? 1 : Math.min(times + 1, MOST_TIMES);
    ejectedUntil = now + nanos * times;
    ejected = true;
    return nanos * times;
  }

  /**
   * A probe was answered.
   *
   * @return whether that changed if it is used
   */
  boolean probed(boolean good, ProbeConfig config) {
    goodInRow = good ? goodInRow + 1 : 0;
    badInRow = good ? 0 : badInRow + 1;
    boolean before = probedWell;
    if (before ? badInRow >= config.unhealthyAfter() : goodInRow >= config.healthyAfter()) {
      probedWell = !before;
    }
    return probedWell != before;
  }

  /** There are no probes any more. */
  void unprobed() {
    probedWell = true;
    goodInRow = 0;
    badInRow = 0;
  }
}
