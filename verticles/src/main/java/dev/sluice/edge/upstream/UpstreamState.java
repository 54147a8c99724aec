package dev.sluice.edge.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How an upstream is at a moment, for people.
 *
 * @param breaker {@code closed}, {@code half_open} or {@code open}
 */
public record UpstreamState(String breaker, List<Server> servers) {

  /** Whether a server gets requests, or why not. */
  public enum Condition {
    HEALTHY,
    UNHEALTHY,
    EJECTED,
    BREAKER_OPEN
  }

  /**
   * A target.
   *
   * @param condition of the best of its addresses
   * @param inFlight requests under way from this node
   * @param addresses of its name, as far as they are known
   */
  public record Server(
      TargetConfig config, Condition condition, int inFlight, List<String> addresses) {}

  /**
   * @param now on the clock the upstream was made with
   */
  public static UpstreamState of(Upstream upstream, long now) {
    List<Server> servers = new ArrayList<>();
    Endpoint[] all = upstream.endpoints();
    for (TargetConfig config : upstream.config().targets()) {
      Condition best = null;
      int inFlight = 0;
      List<String> addresses = new ArrayList<>();
      for (Endpoint endpoint : all) {
        if (endpoint.target().equals(config.url())) {
          Condition one = condition(endpoint, now);
          best = best == null || one == Condition.HEALTHY ? one : best;
          inFlight += endpoint.inFlight();
          addresses.add(endpoint.address().host());
        }
      }
      servers.add(
          new Server(config, best == null ? Condition.UNHEALTHY : best, inFlight, addresses));
    }
    String breaker = upstream.breakerState().name().toLowerCase(Locale.ROOT);
    return new UpstreamState(breaker, List.copyOf(servers));
  }

  private static Condition condition(Endpoint endpoint, long now) {
    if (endpoint.used(now)) {
      return Condition.HEALTHY;
    }
    if (endpoint.vitals().ejected(now)) {
      return Condition.EJECTED;
    }
    return endpoint.vitals().well(now) ? Condition.BREAKER_OPEN : Condition.UNHEALTHY;
  }
}
