package dev.sluice.edge;

import dev.sluice.codec.Caller;
import dev.sluice.contract.Problem;
import dev.sluice.limiter.Decision;
import dev.sluice.limiter.Limiter;
import dev.sluice.limiter.Policy;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Asks the limiter, and writes what it said: {@code RateLimit} and {@code RateLimit-Policy} as in
 * draft-ietf-httpapi-ratelimit-headers-11, 429 with {@code Retry-After} when it refused.
 *
 * <p>Requests without credentials are counted by address before anything else is done for them, in
 * the tier {@code free}; so are requests whose credentials turn out to be wrong. Others are counted
 * once it is known who they are, in their tier.
 */
final class Limits {
  private static final CharSequence POLICY = HttpHeaders.createOptimized("RateLimit-Policy");
  private static final CharSequence STATE = HttpHeaders.createOptimized("RateLimit");

  private final Limiter limiter;
  private final Map<String, Tier> tiers = new HashMap<>();
  private final Tier free;

  /** A tier with what would otherwise be looked up or written anew for each request. */
  static final class Tier {
    private final Policy policy;
    private final boolean byAddress;
    private final CharSequence header;
    private final Map<Decision.Outcome, Counter> decisions = new EnumMap<>(Decision.Outcome.class);

    private Tier(Policy policy, boolean byAddress, MeterRegistry meters) {
      this.policy = policy;
      this.byAddress = byAddress;
      // Quota and window describe the steady rate; the size of the bucket is ours to add.
      this.header =
          HttpHeaders.createOptimized(
              "\"%s\";q=%d;w=1;sluice-burst=%d"
                  .formatted(policy.name(), policy.rate(), policy.burst()));
      for (Decision.Outcome outcome : Decision.Outcome.values()) {
        decisions.put(
            outcome,
            Counter.builder("limiter.decisions")
                .description("What the rate limiter said.")
                .tags("policy", policy.name(), "outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(meters));
      }
    }
  }

  Limits(Limiter limiter, LimitsConfig config, MeterRegistry meters) {
    this.limiter = limiter;
    config
        .policies()
        .forEach(
            (name, policy) -> {
              boolean byAddress = config.tiers().get(name).scope() == LimitsConfig.Scope.IP;
              tiers.put(name, new Tier(policy, byAddress, meters));
            });
    this.free = tiers.get("free");
  }

  /** Counts a request that shows no credentials. */
  Step byAddress() {
    return new Step() {
      @Override
      public boolean request(Exchange exchange) {
        return Credentials.shown(exchange.request) || check(exchange, free, address(exchange));
      }

      @Override
      public void response(Exchange exchange) {
        describe(exchange);
      }
    };
  }

  /** Counts a request of a known caller in its tier. */
  Step byTier() {
    return exchange -> {
      if (exchange.decision != null) {
        return true; // counted by address already
      }
      Tier tier = tiers.getOrDefault(exchange.caller.tier(), free);
      return check(exchange, tier, tier.byAddress ? address(exchange) : client(exchange.caller));
    };
  }

  /** Counts a request whose credentials were wrong, then fails it: guessing is limited too. */
  void wrongCredentials(Exchange exchange, Throwable why) {
    take(exchange, free, address(exchange))
        .onSuccess(decision -> exchange.fail(decision.allowed() ? why : refusal(decision)))
        .onFailure(exchange::fail);
  }

  private boolean check(Exchange exchange, Tier tier, String client) {
    if (!exchange.endpoint.limited()) {
      return true;
    }
    take(exchange, tier, client)
        .onSuccess(
            decision -> {
              if (decision.allowed()) {
                exchange.proceed();
              } else {
                exchange.fail(refusal(decision));
              }
            })
        .onFailure(exchange::fail);
    return false;
  }

  private Future<Decision> take(Exchange exchange, Tier tier, String client) {
    return limiter
        .take(tier.policy, client, 1)
        .onSuccess(
            decision -> {
              tier.decisions.get(decision.outcome()).increment();
              exchange.tier = tier;
              exchange.decision = decision;
            });
  }

  private static Throwable refusal(Decision decision) {
    Duration wait = Duration.ofMillis(decision.retryMillis());
    Policy policy = decision.policy();
    if (decision.outcome() == Decision.Outcome.UNKNOWN) {
      return Problem.UNAVAILABLE
          .because(
              "the rate limiter cannot count now, and tier '" + policy.name() + "' is closed then")
          .retryAfter(wait);
    }
    return Problem.LIMITED
        .because(
            "over the limit of tier '%s': %d requests a second, %d at once"
                .formatted(policy.name(), policy.rate(), policy.burst()))
        .retryAfter(wait);
  }

  private static void describe(Exchange exchange) {
    Decision decision = exchange.decision;
    if (decision == null || decision.policy().unlimited()) {
      return;
    }
    exchange.response.putHeader(POLICY, exchange.tier.header);
    long millis = decision.allowed() ? decision.resetMillis() : decision.retryMillis();
    long seconds = (millis + 999) / 1000;
    exchange.response.putHeader(
        STATE, '"' + decision.policy().name() + "\";r=" + decision.remaining() + ";t=" + seconds);
  }

  private static String address(Exchange exchange) {
    return Addresses.of(exchange.request);
  }

  private static String client(Caller caller) {
    return caller.kind() == Caller.Kind.KEY ? "key:" + caller.id() : "user:" + caller.userId();
  }
}
