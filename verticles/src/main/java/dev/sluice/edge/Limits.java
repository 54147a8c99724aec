package dev.sluice.edge;

import dev.sluice.contract.Contract;
import dev.sluice.contract.Problem;
import dev.sluice.limiter.Policy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Applies the limits to the requests of one event loop, tells clients about them, and answers 429
 * with {@code Retry-After} when one refused.
 *
 * <p>Requests without credentials are counted by address before anything else is done for them, in
 * the tier {@code free}; so are requests whose credentials turn out to be wrong. Others are counted
 * once it is known who they are, in their tier. What depends on the account of a login is counted
 * when its body was read, before a room is asked.
 */
final class Limits {
  private final Supplier<LimitRules> rules;
  private final Throttle throttle;
  private final Accounts accounts;

  /**
   * @param rules those in force now
   */
  Limits(Supplier<LimitRules> rules, Throttle throttle, Accounts accounts) {
    this.rules = rules;
    this.throttle = throttle;
    this.accounts = accounts;
  }

  /** Counts a request that shows no credentials. */
  Step byAddress() {
    return new Step() {
      @Override
      public boolean request(Exchange exchange) {
        return Credentials.shown(exchange) || check(exchange, null);
      }

      @Override
      public void response(Exchange exchange) {
        if (exchange.admission != null) {
          exchange.admission.describe(exchange.response.headers());
        }
      }

      @Override
      public void ended(Exchange exchange) {
        if (exchange.admission != null) {
          exchange.admission.settle(exchange.answeredBytes, exchange.answeredRows);
        }
      }
    };
  }

  /** Counts a request of a known caller in its tier. */
  Step byTier() {
    // It is counted by address already if it showed no credentials.
    return exchange -> exchange.admission != null || check(exchange, null);
  }

  /** Counts a request whose credentials were wrong, then fails it: guessing is limited too. */
  void wrongCredentials(Exchange exchange, Throwable why) {
    if (check(exchange, why)) {
      exchange.fail(why);
    }
  }

  /** Counts what depends on the account; fails with LIMITED or UNAVAILABLE when it is refused. */
  Future<Void> byAccount(Exchange exchange, Contract request) {
    Admission admission = exchange.admission;
    if (admission == null || !admission.hasMore()) {
      return Future.succeededFuture();
    }
    exchange.account = accounts.of(request);
    if (admission.admitRead()) {
      return result(admission);
    }
    Promise<Void> decided = Promise.promise();
    admission.then(() -> result(admission).onComplete(decided));
    return decided.future();
  }

  /**
   * True to go on now; otherwise it goes on later, or the request has been refused.
   *
   * @param why how it shall fail when it is allowed later, or null if it shall proceed
   */
  private boolean check(Exchange exchange, Throwable why) {
    if (!exchange.endpoint.limited()) {
      return true;
    }
    LimitSet set = rules.get().of(exchange.client, exchange.endpoint);
    if (set.isEmpty()) {
      return true;
    }
    Admission admission = new Admission(set, exchange, throttle);
    exchange.admission = admission;
    if (!admission.admit()) {
      admission.then(() -> goOn(exchange, why));
      return false;
    }
    if (admission.refusing() != null) {
      exchange.fail(refusal(admission));
      return false;
    }
    return true;
  }

  private static void goOn(Exchange exchange, Throwable why) {
    if (exchange.admission.refusing() != null) {
      exchange.fail(refusal(exchange.admission));
    } else if (why != null) {
      exchange.fail(why);
    } else {
      exchange.proceed();
    }
  }

  private static Future<Void> result(Admission admission) {
    return admission.refusing() == null
        ? Future.succeededFuture()
        : Future.failedFuture(refusal(admission));
  }

  private static Throwable refusal(Admission admission) {
    Duration wait = Duration.ofMillis(admission.retryMillis());
    Policy policy = admission.refusing().policy();
    if (admission.unknown()) {
      return Problem.UNAVAILABLE
          .because(
              "the rate limiter cannot count now, and the limit '"
                  + policy.name()
                  + "' is closed then")
          .retryAfter(wait);
    }
    return Problem.LIMITED
        .because(
            "over the limit '%s': %d in %s, %d at once"
                .formatted(
                    policy.name(),
                    policy.quota(),
                    policy.window().toString().substring(2).toLowerCase(java.util.Locale.ROOT),
                    policy.burst()))
        .retryAfter(wait);
  }
}
