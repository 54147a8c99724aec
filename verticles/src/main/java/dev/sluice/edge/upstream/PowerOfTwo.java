package dev.sluice.edge.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two are drawn by weight, and the one with fewer requests under way is taken: nearly as even as
 * looking at all of them, at a cost that does not grow with their number, and nodes that know
 * nothing of each other do not all run to the same one.
 */
final class PowerOfTwo implements Balancer {
  private static final int DRAWS = 16;

  private final Endpoint[] endpoints;
  private final Endpoint[] turns;
  private final AtomicInteger next = new AtomicInteger();

  PowerOfTwo(Endpoint[] endpoints) {
    this.endpoints = endpoints;
    this.turns = Turns.of(endpoints);
  }

  @Override
  public Endpoint choose(long hash, long tried, boolean anyway, long now) {
    int draw = next.getAndIncrement();
    Endpoint first = null;
    for (int i = 0; i < DRAWS; i++) {
      Endpoint one = turns[KeyHash.below(turns.length, KeyHash.nth(draw, i))];
      if (one != first && one.fits(tried, anyway, now)) {
        if (first != null) {
          return one.lighterThan(first) ? one : first;
        }
        first = one;
        if (endpoints.length == 1) {
          return first;
        }
      }
    }
    if (first != null) {
      return first;
    }
    int from = KeyHash.below(endpoints.length, KeyHash.nth(draw, DRAWS));
    return Balancer.scan(endpoints, from, tried, anyway, now);
  }
}
