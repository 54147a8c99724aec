package dev.sluice.edge.upstream;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts events, and how many of them were marked, over a window that moves in tenths. Each tenth
 * is one long: which tenth it is (24 bits) and the two counts (20 bits each), so that one
 * compare-and-set both begins a tenth and counts in it. A count that would not fit is halved
 * together with the other one, which keeps their ratio. Takes no lock and allocates nothing.
 */
final class RollingCounts {
  private static final int TENTHS = 10;
  private static final int COUNT_BITS = 20;
  private static final long COUNT = (1L << COUNT_BITS) - 1;
  private static final int NUMBER_SHIFT = 2 * COUNT_BITS;
  private static final long COUNTS = (1L << NUMBER_SHIFT) - 1;
  private static final long NUMBER = (1L << 24) - 1;

  private final AtomicLongArray tenths = new AtomicLongArray(TENTHS);
  private final long nanosATenth;

  RollingCounts(Duration window) {
    this.nanosATenth = Math.max(1, window.toNanos() / TENTHS);
  }

  /**
   * @param events 0 or 1
   * @param marked 0, 1, or -1 to take one back that was counted at the same moment
   */
  void add(long now, int events, int marked) {
    long tenth = Math.floorDiv(now, nanosATenth);
    int index = (int) Math.floorMod(tenth, (long) TENTHS);
    long number = tenth & NUMBER;
    while (true) {
      long old = tenths.get(index);
      long begun = old >>> NUMBER_SHIFT;
      // A thread whose clock was read earlier counts into what has begun meanwhile in this place.
      boolean later = (old & COUNTS) != 0 && ((begun - number) & NUMBER) <= 2 * TENTHS;
      boolean current = later || begun == number;
      long allEvents = events + (current ? (old >>> COUNT_BITS) & COUNT : 0);
      long allMarked = Math.max(0, marked + (current ? old & COUNT : 0));
      if (allEvents > COUNT || allMarked > COUNT) {
        allEvents /= 2;
        allMarked /= 2;
      }
      long next = current ? begun : number;
      if (tenths.compareAndSet(
          index, old, (next << NUMBER_SHIFT) | (allEvents << COUNT_BITS) | allMarked)) {
        return;
      }
    }
  }

  /** The two counts of the window, to be taken apart with {@link #events} and {@link #marked}. */
  long sum(long now) {
    long number = Math.floorDiv(now, nanosATenth) & NUMBER;
    long sum = 0;
    for (int i = 0; i < TENTHS; i++) {
      long tenth = tenths.get(i);
      // One ahead is of a thread whose clock was read later.
      if (((number - (tenth >>> NUMBER_SHIFT) + 1) & NUMBER) <= TENTHS) {
        sum += (((tenth >>> COUNT_BITS) & COUNT) << 32) | (tenth & COUNT);
      }
    }
    return sum;
  }

  static long events(long sum) {
    return sum >>> 32;
  }

  static long marked(long sum) {
    return sum & 0xFFFF_FFFFL;
  }

  void clear() {
    for (int i = 0; i < TENTHS; i++) {
      tenths.set(i, 0);
    }
  }
}
