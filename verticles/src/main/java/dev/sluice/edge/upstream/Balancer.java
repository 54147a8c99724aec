package dev.sluice.edge.upstream;

/**
 * Picks one of a fixed set of endpoints. Made when the set changes, asked for each request by all
 * event loops at once: no lock, no allocation.
 */
interface Balancer {

  /**
   * @param hash of what must always go to the same endpoint; only for those that hash
   * @param tried the bits of endpoints that are not wanted
   * @param anyway whether also those that are not well will do, as long as no breaker is open
   * @return one that is right, or null when there is none
   */
  Endpoint choose(long hash, long tried, boolean anyway, long now);

  static Balancer of(UpstreamConfig.Balance balance, Endpoint[] endpoints) {
    return switch (balance) {
      case ROUND_ROBIN -> new RoundRobin(endpoints);
      case LEAST_REQUESTS -> new LeastRequests(endpoints);
      case POWER_OF_TWO -> new PowerOfTwo(endpoints);
      case CONSISTENT_HASH -> new HashRing(endpoints);
    };
  }

  /** The first that is right, beginning somewhere; null when none is. */
  static Endpoint scan(Endpoint[] endpoints, int from, long tried, boolean anyway, long now) {
    for (int i = 0; i < endpoints.length; i++) {
      int index = from + i < endpoints.length ? from + i : from + i - endpoints.length;
      if (endpoints[index].fits(tried, anyway, now)) {
        return endpoints[index];
      }
    }
    return null;
  }
}
