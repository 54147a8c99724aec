package dev.sluice.edge;

import io.vertx.core.Vertx;

/** Lets requests wait for their tokens, a bounded number at once. One an event loop. */
final class Throttle {
  static final int MOST = 1000;

  private final Vertx vertx;
  private int waiting;

  Throttle(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Runs something later; false, and it is not run, when too many wait already. */
  boolean after(long millis, Runnable then) {
    if (waiting >= MOST) {
      return false;
    }
    waiting++;
    vertx.setTimer(
        millis,
        over -> {
          waiting--;
          then.run();
        });
    return true;
  }
}
