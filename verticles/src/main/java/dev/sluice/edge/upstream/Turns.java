package dev.sluice.edge.upstream;

/**
 * The order in which endpoints have their turns, so that each has as many as its weight says and
 * those of a heavy one are spread out: the smooth weighted round robin of nginx, played through
 * once when the set changes instead of step by step under a lock.
 */
final class Turns {
  private static final int MOST = 8192;

  private Turns() {}

  static Endpoint[] of(Endpoint[] endpoints) {
    int[] weights = weights(endpoints);
    int total = 0;
    for (int weight : weights) {
      total += weight;
    }
    Endpoint[] turns = new Endpoint[total];
    int[] credit = new int[weights.length];
    for (int turn = 0; turn < total; turn++) {
      int best = 0;
      for (int i = 0; i < weights.length; i++) {
        credit[i] += weights[i];
        if (credit[i] > credit[best]) {
          best = i;
        }
      }
      credit[best] -= total;
      turns[turn] = endpoints[best];
    }
    return turns;
  }

  /** In the smallest whole numbers; so small that the order is not too long, if need be. */
  private static int[] weights(Endpoint[] endpoints) {
    long divisor = 0;
    long total = 0;
    for (Endpoint endpoint : endpoints) {
      divisor = greatestCommonDivisor(endpoint.weight(), divisor);
      total += endpoint.weight();
    }
    int[] weights = new int[endpoints.length];
    for (int i = 0; i < weights.length; i++) {
      long weight = endpoints[i].weight();
      weights[i] =
          (int) (total / divisor <= MOST ? weight / divisor : Math.max(1, weight * MOST / total));
    }
    return weights;
  }

  private static long greatestCommonDivisor(long a, long b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }
}
