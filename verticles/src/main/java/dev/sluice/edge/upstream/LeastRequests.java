package dev.sluice.edge.upstream;

/**
 * The one with the fewest requests under way for its weight, as nginx's least_conn. Of those alike
 * it is the one whose turn it is, so that without load shares are by weight.
 */
final class LeastRequests implements Balancer {
  private final Endpoint[] endpoints;
  private final RoundRobin turns;

  LeastRequests(Endpoint[] endpoints) {
    this.endpoints = endpoints;
    this.turns = new RoundRobin(endpoints);
  }

  @Override
  public Endpoint choose(long hash, long tried, boolean anyway, long now) {
    Endpoint best = turns.choose(hash, tried, anyway, now);
    if (best != null) {
      for (Endpoint one : endpoints) {
        if (one.lighterThan(best) && one.fits(tried, anyway, now)) {
          best = one;
        }
      }
    }
    return best;
  }
}
