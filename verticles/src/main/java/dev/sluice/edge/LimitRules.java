package dev.sluice.edge;

import dev.sluice.codec.Caller;
import dev.sluice.limiter.Limiters;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The limits in force, ready to be applied: for each tier and each endpoint, which. Immutable, and
 * shared by the event loops of a node; a reload makes another.
 */
final class LimitRules {
  private final Map<String, LimitSet[]> tiers = new HashMap<>();
  private final LimitSet[] free;
  private final LimitSet[] untieredKey;
  private final LimitSet[] otherwise;

  LimitRules(LimitsConfig config, Limiters limiters, MeterRegistry meters) {
    RateLimitFields fields = new RateLimitFields(config.headers());
    // By name, so that what is tried first, and the order in the header, is always the same.
    Map<String, Limit> routes = new TreeMap<>();
    config
        .routes()
        .forEach(
            (name, route) -> {
              if (!route.limit().unlimited()) {
                routes.put(
                    name,
                    new Limit(
                        limiters.of(route.limit().policy(name, config.onRedisLoss())),
                        route.limit().by(),
                        route.cost(),
                        meters));
              }
            });
    config
        .tiers()
        .forEach(
            (name, tier) -> {
              Limit own =
                  tier.unlimited()
                      ? null
                      : new Limit(
                          limiters.of(tier.policy(name, config.onRedisLoss())),
                          tier.by(),
                          LimitsConfig.Cost.ONE,
                          meters);
              tiers.put(name, sets(own, config, routes, fields));
            });
    free = tiers.get(LimitsConfig.FREE);
    untieredKey = tiers.get(LimitsConfig.UNTIERED_KEY);
    otherwise = tiers.get(LimitsConfig.DEFAULT);
  }

  /**
   * What applies to a request.
   *
   * @param endpoint as in {@link Endpoint#index}
   */
  LimitSet of(Client client, int endpoint) {
    Caller caller = client.caller();
    if (caller.kind() == Caller.Kind.ANONYMOUS) {
      return free[endpoint];
    }
    LimitSet[] tier = tiers.get(caller.tier());
    if (tier == null) {
      tier = client.key() != null ? untieredKey : otherwise;
    }
    return tier[endpoint];
  }

  private static LimitSet[] sets(
      Limit own, LimitsConfig config, Map<String, Limit> routes, RateLimitFields fields) {
    LimitSet[] sets = new LimitSet[Endpoints.OTHER + 1];
    for (int i = 0; i < sets.length; i++) {
      List<Limit> atOnce = new ArrayList<>();
      List<Limit> onceRead = new ArrayList<>();
      if (own != null) {
        atOnce.add(own);
      }
      if (i != Endpoints.OTHER) {
        Endpoints.Route route = Endpoints.ROUTES.get(i);
        routes.forEach(
            (name, limit) -> {
              LimitsConfig.RouteLimit meant = config.routes().get(name);
              if (meant.appliesTo(route)) {
                (meant.limit().by().contains("account") ? onceRead : atOnce).add(limit);
              }
            });
      }
      sets[i] = new LimitSet(atOnce, onceRead, fields);
    }
    return sets;
  }
}
