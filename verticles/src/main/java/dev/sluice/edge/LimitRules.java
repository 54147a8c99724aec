package dev.sluice.edge;

import dev.sluice.codec.Caller;
import dev.sluice.edge.limit.CostConfig;
import dev.sluice.limiter.Limiters;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The limits in force, ready to be applied: for each tier and each endpoint, which. Immutable, and
 * shared by the event loops of a node; a reload makes another.
 */
final class LimitRules {
  private final Map<String, LimitSet[]> tiers = new HashMap<>();
  private final Map<String, Limit> tierLimits = new HashMap<>();
  private final RateLimitFields fields;
  private final Function<Map.Entry<String, RouteLimits.Own>, Limit> limits;

  LimitRules(LimitsConfig config, Limiters limiters, MeterRegistry meters) {
    fields = new RateLimitFields(config.headers());
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
                          CostConfig.ONE,
                          meters);
              tierLimits.put(name, own);
              tiers.put(name, sets(own, config, routes, fields));
            });
    limits =
        own ->
            new Limit(
                limiters.of(own.getValue().limit().policy(own.getKey(), config.onRedisLoss())),
                own.getValue().limit().by(),
                own.getValue().cost(),
                meters);
  }

  /** What applies to a request. */
  LimitSet of(Client client, Endpoint endpoint) {
    return endpoint.limits() == null
        ? of(client, endpoint.index())
        : endpoint.limits().of(tier(client), this);
  }

  /**
   * What applies to a request of the API.
   *
   * @param endpoint as in {@link Endpoint#index}
   */
  LimitSet of(Client client, int endpoint) {
    return tiers.get(tier(client))[endpoint];
  }

  /** What applies in a tier where a route has limits of its own. */
  LimitSet with(String tier, int endpoint, boolean tierToo, Map<String, RouteLimits.Own> own) {
    LimitSet given = tiers.get(tier)[endpoint];
    List<Limit> all = new ArrayList<>(List.of(given.atOnce));
    if (!tierToo) {
      all.remove(tierLimits.get(tier));
    }
    own.entrySet().stream()
        .filter(limit -> !limit.getValue().limit().unlimited())
        .map(limits)
        .forEach(all::add);
    return new LimitSet(all, List.of(given.onceRead), fields);
  }

  private String tier(Client client) {
    Caller caller = client.caller();
    if (caller.kind() == Caller.Kind.ANONYMOUS) {
      return LimitsConfig.FREE;
    }
    if (tiers.containsKey(caller.tier())) {
      return caller.tier();
    }
    return client.key() != null ? LimitsConfig.UNTIERED_KEY : LimitsConfig.DEFAULT;
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
