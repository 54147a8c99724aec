package dev.sluice.limiter;

import dev.sluice.contract.Limits;
import java.util.Arrays;

/**
 * How far the tokens of one bucket, all nodes together, went beyond its limit. Pure: it is told of
 * tokens by slot, in any order, and then of slots that are over.
 *
 * <p>A token bucket lets no window of length T have more than {@code burst + rate x T}. The largest
 * excess over all windows is found in one pass by a virtual queue: what is admitted comes in, the
 * rate flows out, it is never below empty, and what stands in it above {@code burst} is in excess.
 * All is in whole numbers, a token being as many units as the window has milliseconds.
 *
 * <p>A sliding window lets no window have more than its quota; the sum over the cells that fit in
 * it is compared, 60 cells at most.
 *
 * <p>Slots are coarse, and what is measured is never more than what was: a window is counted as
 * long as all slots it touches. So a token bucket may show up to two slots' refill less than the
 * excess was, and a sliding window what came in two of its cells. That holds for nodes whose clocks
 * agree; clocks that differ by d make up to {@code rate x d} tokens of error, either way.
 */
final class AuditedBucket {
  /** How far ahead of what is over tokens may come: more than six seconds. */
  static final int SLOTS = 64;

  private static final long CELLS = 60;

  /** A limit, as far as it can be audited. */
  record Limit(Limits.Algorithm algorithm, long quota, long windowMillis, long burst) {
    static Limit of(Limits.Busy busy) {
      return new Limit(busy.algorithm(), busy.rate(), busy.per().toMillis(), busy.burst());
    }
  }

  private final Limit limit;
  private final long[] pending = new long[SLOTS];
  private long next;
  private long waiting;

  // Of a token bucket.
  private long level;

  // Of a sliding window.
  private final long cellSlots;
  private final long[] cells;
  private long cell;
  private long sum;

  /**
   * @param next the first slot that is not over
   */
  AuditedBucket(Limit limit, long next) {
    this.limit = limit;
    this.next = next;
    boolean sliding = limit.algorithm() == Limits.Algorithm.SLIDING_WINDOW;
    long slots = limit.windowMillis() / Limits.SLOT_MILLIS;
    this.cellSlots = Math.max(1, (slots + CELLS - 1) / CELLS);
    this.cells = new long[sliding ? (int) Math.max(1, (slots - 1) / cellSlots) : 0];
    this.cell = next / cellSlots;
  }

  Limit limit() {
    return limit;
  }

  /** False when the slot is over, or too far ahead; then nothing was counted. */
  boolean add(long slot, long tokens) {
    if (slot < next || slot >= next + SLOTS) {
      return false;
    }
    pending[(int) (slot % SLOTS)] += tokens;
    waiting += Math.abs(tokens);
    return true;
  }

  /**
   * Counts all slots before {@code now}: they are over.
   *
   * @return the largest number of tokens in excess in these; 0 when there were none
   */
  double advance(long now) {
    double excess = 0;
    for (long end = Math.min(now, next + SLOTS); next < end; next++) {
      int at = (int) (next % SLOTS);
      excess = Math.max(excess, count(next, pending[at]));
      pending[at] = 0;
    }
    waiting = 0;
    for (long tokens : pending) {
      waiting += Math.abs(tokens);
    }
    if (next < now) {
      level = Math.max(0, level - refill(now - next)); // the long rest, of which nothing is known
      next = now;
      slideTo(now / cellSlots);
    }
    return excess;
  }

  /** Nothing to count, and nothing counted that could still matter. */
  boolean idle() {
    return waiting == 0 && level == 0 && sum == 0;
  }

  private double count(long slot, long tokens) {
    if (cells.length > 0) {
      slideTo(slot / cellSlots);
      cells[(int) (cell % cells.length)] += tokens;
      sum += tokens;
      return Math.max(0, sum - limit.quota());
    }
    level = Math.max(0, level + tokens * limit.windowMillis() - refill(1));
    long beyond = level - limit.burst() * limit.windowMillis();
    return beyond <= 0 ? 0 : (double) beyond / limit.windowMillis();
  }

  private long refill(long slots) {
    long enough = level / (limit.quota() * Limits.SLOT_MILLIS) + 1; // that many empty it
    return limit.quota() * Limits.SLOT_MILLIS * (slots == 1 ? 1 : Math.min(slots, enough));
  }

  private void slideTo(long to) {
    if (to - cell >= cells.length) {
      Arrays.fill(cells, 0);
      sum = 0;
    } else {
      for (long passed = cell + 1; passed <= to; passed++) {
        int at = (int) (passed % cells.length);
        sum -= cells[at];
        cells[at] = 0;
      }
    }
    cell = to;
  }
}
