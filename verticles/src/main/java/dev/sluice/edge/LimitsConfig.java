package dev.sluice.edge;

import dev.sluice.limiter.Policy;
import dev.sluice.platform.config.Setting;
import java.util.HashMap;
import java.util.Map;

/** The rate-limit tiers. */
record LimitsConfig(
    @Setting(
            doc = "The tiers by name; a client has the tier of its key or token, or 'free'.",
            def =
                "{free: {rate: 10, burst: 20, scope: ip}, pro: {rate: 100, burst: 200},"
                    + " enterprise: {rate: 1000, burst: 2000}, internal: {rate: 0, burst: 0}}",
            min = 1,
            max = 100)
        Map<String, Tier> tiers,
    @Setting(
            doc =
                "While Redis is away: 'local' counts on each node alone, 'open' lets all through,"
                    + " 'closed' answers 503.",
            def = "local")
        Policy.Loss onRedisLoss) {

  /** Whose requests share a bucket. */
  enum Scope {
    IP,
    CLIENT
  }

  record Tier(
      @Setting(doc = "Requests a second; 0 means unlimited.", def = "10", min = 0, max = 1_000_000)
          int rate,
      @Setting(
              doc = "Requests that may come at once after a quiet time.",
              def = "20",
              min = 0,
              max = 10_000_000)
          int burst,
      @Setting(
              doc = "'ip': one bucket an address; 'client': one an API key, or an account without.",
              def = "client")
          Scope scope) {
    Tier {
      if (rate > 0 && burst < 1) {
        throw new IllegalArgumentException("burst: at least 1 where rate is not 0");
      }
    }
  }

  LimitsConfig {
    tiers = Map.copyOf(tiers);
    if (!tiers.containsKey("free")) {
      throw new IllegalArgumentException(
          "tiers: one named 'free' among them, the tier of unknown clients");
    }
  }

  Map<String, Policy> policies() {
    Map<String, Policy> policies = new HashMap<>();
    tiers.forEach(
        (name, tier) ->
            policies.put(name, new Policy(name, tier.rate(), tier.burst(), onRedisLoss)));
    return Map.copyOf(policies);
  }
}
