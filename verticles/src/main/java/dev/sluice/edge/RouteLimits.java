package dev.sluice.edge;

import dev.sluice.edge.limit.CostConfig;
import dev.sluice.edge.limit.LimitConfig;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The limits that stand on one route of the table. Which apply to a request depends on the rules in
 * force, too: the tier's come first. That is put together at the first request of a tier, and again
 * when other rules are in force; not for ten thousand routes at each reload.
 */
final class RouteLimits {
  /** One of them. */
  record Own(LimitConfig limit, CostConfig cost) {}

  /** What was put together for some rules: there are as many tiers as {@code limits.tiers} has. */
  private record Made(LimitRules rules, Map<String, LimitSet> byTier) {}

  private final int endpoint;
  private final boolean tiers;
  private final Map<String, Own> own;
  private volatile Made made;

  /**
   * @param endpoint in {@link Endpoints#ROUTES}, whose limits apply too, or {@link Endpoints#OTHER}
   * @param tiers whether the tier's limit applies too
   * @param own by name
   */
  RouteLimits(int endpoint, boolean tiers, Map<String, Own> own) {
    this.endpoint = endpoint;
    this.tiers = tiers;
    this.own = new TreeMap<>(own);
  }

  /** What applies to requests in this tier. */
  LimitSet of(String tier, LimitRules rules) {
    Made known = made;
    if (known == null || known.rules != rules) {
      known = new Made(rules, new ConcurrentHashMap<>());
      made = known;
    }
    LimitSet set = known.byTier.get(tier);
    return set != null
        ? set
        : known.byTier.computeIfAbsent(tier, name -> rules.with(name, endpoint, tiers, own));
  }
}
