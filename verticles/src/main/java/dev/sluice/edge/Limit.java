package dev.sluice.edge;

import dev.sluice.edge.limit.CostConfig;
import dev.sluice.limiter.Limiter;
import dev.sluice.limiter.Policy;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A limit, with what would otherwise be looked up or put together for each request. */
final class Limit {
  /** What became of a request, as it is counted. */
  enum Outcome {
    ALLOWED,
    DENIED,
    THROTTLED,
    UNKNOWN
  }

  private final Limiter limiter;
  private final Policy policy;
  private final Dimension[] by;
  private final CostConfig cost;
  private final Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);

  Limit(Limiter limiter, List<String> by, CostConfig cost, MeterRegistry meters) {
    this.limiter = limiter;
    this.policy = limiter.policy();
    this.by = Dimension.of(by);
    this.cost = cost;
    for (Outcome outcome : Outcome.values()) {
      counters.put(
          outcome,
          Counter.builder("limiter.decisions")
              .description("What became of requests under a rate limit.")
              .tags("policy", policy.name(), "outcome", outcome.name().toLowerCase(Locale.ROOT))
              .register(meters));
    }
  }

  Limiter limiter() {
    return limiter;
  }

  Policy policy() {
    return policy;
  }

  int cost() {
    return cost.request();
  }

  /** Whose bucket a request takes from; made anew only where several dimensions are combined. */
  String client(Subject subject) {
    String client = by[0].of(subject);
    for (int i = 1; i < by.length; i++) {
      client += "+" + by[i].of(subject);
    }
    return client;
  }

  void count(Outcome outcome) {
    counters.get(outcome).increment();
  }

  /** Charges what the answer to a request was worth. */
  void settle(Subject subject, long bytes, long rows) {
    int tokens = cost.afterwards(bytes, rows);
    if (tokens > 0) {
      limiter.settle(client(subject), tokens);
    }
  }
}
