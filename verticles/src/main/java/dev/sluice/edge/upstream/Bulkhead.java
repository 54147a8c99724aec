package dev.sluice.edge.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts what is under way, and refuses at once what would be too much. */
final class Bulkhead {
  private final AtomicInteger inFlight = new AtomicInteger();

  /**
   * @param most how many may be under way; 0: any number
   * @return whether there is room; then {@link #leave} must follow
   */
  boolean enter(int most) {
    // First counted and then looked, so that several at once are never too many.
    if (inFlight.incrementAndGet() <= most || most == 0) {
      return true;
    }
    leave();
    return false;
  }

  void leave() {
    int left = inFlight.decrementAndGet();
    assert left >= 0;
  }

  int inFlight() {
    return inFlight.get();
  }
}
