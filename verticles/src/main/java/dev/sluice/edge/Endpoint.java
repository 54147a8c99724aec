package dev.sluice.edge;

import dev.sluice.contract.Requires;
import java.util.List;

/**
 * A route as the chain sees it.
 *
 * @param index in {@link Endpoints#ROUTES}, or {@link Endpoints#OTHER}
 * @param bucket for limits by route, such as {@code route:auth.login}
 * @param template for metrics and logs, never the raw path
 * @param accepts which credentials are looked at: a sum of {@link #TOKEN}, {@link #KEY} and {@link
 *     #CERTIFICATE}; others are the upstream's business
 * @param requires who may call, all of it, as in {@link Requires}; empty: everybody
 * @param limited whether rate limits apply; probes have none
 * @param limits of this route alone, or null
 * @param guard what looks at requests of this route alone, or null
 * @param ours whether the answer is made here, and not by an upstream
 */
record Endpoint(
    int index,
    String bucket,
    String template,
    int accepts,
    List<String> requires,
    boolean limited,
    RouteLimits limits,
    Step guard,
    boolean ours,
    Destination destination,
    RouteMeters meters) {

  static final int TOKEN = 1;
  static final int KEY = 2;
  static final int CERTIFICATE = 4;

  /** An endpoint of the API: a token or a key. */
  static Endpoint ofApi(
      int index,
      String bucket,
      String template,
      String requires,
      boolean limited,
      Destination destination,
      RouteMeters meters) {
    List<String> all = requires.equals(Requires.ANYONE) ? List.of() : List.of(requires);
    return new Endpoint(
        index, bucket, template, TOKEN | KEY, all, limited, null, null, true, destination, meters);
  }

  /** The same with another destination. */
  Endpoint leadingTo(Destination other) {
    return new Endpoint(
        index, bucket, template, accepts, requires, limited, limits, guard, ours, other, meters);
  }
}
