package dev.sluice.limiter;

import io.vertx.core.Future;

/** Limiters whose decisions are written to a {@link DecisionLog}. */
public final class LoggedLimiters implements Limiters {
  private final Limiters limiters;
  private final DecisionLog log;

  public LoggedLimiters(Limiters limiters, DecisionLog log) {
    this.limiters = limiters;
    this.log = log;
  }

  /** Makes a new one each time; keep it. */
  @Override
  public Limiter of(Policy policy) {
    return new Logged(limiters.of(policy), log);
  }

  /**
   * What is settled later is not written: it was let through when it could not be known, and is
   * paid by waiting longer.
   */
  private record Logged(Limiter limiter, DecisionLog log) implements Limiter {
    @Override
    public Policy policy() {
      return limiter.policy();
    }

    @Override
    public long tryTake(String client, int cost) {
      long answer = limiter.tryTake(client, cost);
      if (answer >= 0) {
        log.allowed(limiter.policy(), client, cost);
      } else if (answer != ASK) {
        log.refused(limiter.policy(), client, cost, Decision.Outcome.DENIED, -answer);
      }
      return answer;
    }

    @Override
    public long denied(String client) {
      return limiter.denied(client);
    }

    @Override
    public Future<Decision> take(String client, int cost) {
      return limiter.take(client, cost).onSuccess(decision -> write(client, cost, decision));
    }

    @Override
    public void giveBack(String client, int cost) {
      limiter.giveBack(client, cost);
      log.givenBack(limiter.policy(), client, cost);
    }

    @Override
    public void settle(String client, int cost) {
      limiter.settle(client, cost);
    }

    private void write(String client, int cost, Decision decision) {
      if (decision.allowed()) {
        log.allowed(limiter.policy(), client, cost);
      } else {
        log.refused(limiter.policy(), client, cost, decision.outcome(), decision.retryMillis());
      }
    }
  }
}
