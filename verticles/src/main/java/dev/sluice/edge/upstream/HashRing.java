package dev.sluice.edge.upstream;

import java.util.Arrays;

/**
 * Consistent hashing on a ring (Karger et al. 1997, as in libketama): each endpoint has points for
 * its weight, which depend on nothing but itself, and a key belongs to the next point. So one that
 * comes or goes moves its own share and nothing else, and while one is not well its keys are spread
 * over all others. With a hundred points to a weight of one, shares are off by about a tenth.
 */
final class HashRing implements Balancer {
  private static final int POINTS = 100;
  private static final int MOST = 100_000;

  private final Endpoint[] endpoints;
  private final long[] points;
  private final Endpoint[] owners;

  HashRing(Endpoint[] endpoints) {
    this.endpoints = endpoints;
    int halvings = halvings(endpoints);
    int total = 0;
    for (Endpoint endpoint : endpoints) {
      total += points(endpoint, halvings);
    }
    this.points = new long[total];
    Endpoint[] unsorted = new Endpoint[total];
    long[] places = new long[total];
    int filled = 0;
    for (Endpoint endpoint : endpoints) {
      long seed = KeyHash.of(endpoint.name());
      for (int i = 0; i < points(endpoint, halvings); i++) {
        places[filled] = KeyHash.nth(seed, i);
        unsorted[filled++] = endpoint;
      }
    }
    Integer[] order = new Integer[total];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Long.compare(places[a], places[b]));
    this.owners = new Endpoint[total];
    for (int i = 0; i < total; i++) {
      points[i] = places[order[i]];
      owners[i] = unsorted[order[i]];
    }
  }

  /**
   * How often the points of all are halved because there would be too many. Halved and not divided,
   * because then hardly any change of the set changes the number of all points.
   */
  private static int halvings(Endpoint[] endpoints) {
    long total = 0;
    for (Endpoint endpoint : endpoints) {
      total += points(endpoint, 0);
    }
    int halvings = 0;
    while (total >> halvings > MOST) {
      halvings++;
    }
    return halvings;
  }

  private static int points(Endpoint endpoint, int halvings) {
    return Math.max(1, (endpoint.weight() * POINTS) >> halvings);
  }

  @Override
  public Endpoint choose(long hash, long tried, boolean anyway, long now) {
    int found = Arrays.binarySearch(points, hash);
    int at = found >= 0 ? found : -found - 1;
    at = at == points.length ? 0 : at;
    if (owners[at].fits(tried, anyway, now)) {
      return owners[at];
    }
    // Known to end soon only when there is somebody to be found.
    if (Balancer.scan(endpoints, 0, tried, anyway, now) == null) {
      return null;
    }
    for (int i = 1; i < owners.length; i++) {
      at = at + 1 == owners.length ? 0 : at + 1;
      if (owners[at].fits(tried, anyway, now)) {
        return owners[at];
      }
    }
    return null; // it has become unwell meanwhile
  }
}
