package dev.sluice.edge.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Each in turn, by weight. The turn of one that cannot be used is drawn anew by weight, and not
 * given to the next in order, who would have twice the load for as long as the other is away.
 */
final class RoundRobin implements Balancer {
  private static final int DRAWS = 16;

  private final Endpoint[] endpoints;
  private final Endpoint[] turns;
  private final AtomicInteger next = new AtomicInteger();

  RoundRobin(Endpoint[] endpoints) {
    this.endpoints = endpoints;
    this.turns = Turns.of(endpoints);
  }

  @Override
  public Endpoint choose(long hash, long tried, boolean anyway, long now) {
    int turn = next.getAndIncrement();
    Endpoint one = turns[Integer.remainderUnsigned(turn, turns.length)];
    if (one.fits(tried, anyway, now)) {
      return one;
    }
    one = endpoints.length == 1 ? null : drawn(turn, tried, anyway, now);
    if (one == null) {
      // The turn was not used: asked again with fewer wishes, the next must not be left out for
      // ever.
      next.getAndDecrement();
    }
    return one;
  }

  private Endpoint drawn(int turn, long tried, boolean anyway, long now) {
    for (int i = 0; i < DRAWS; i++) {
      Endpoint one = turns[KeyHash.below(turns.length, KeyHash.nth(turn, i))];
      if (one.fits(tried, anyway, now)) {
        return one;
      }
    }
    int from = KeyHash.below(endpoints.length, KeyHash.nth(turn, DRAWS));
    return Balancer.scan(endpoints, from, tried, anyway, now);
  }
}
