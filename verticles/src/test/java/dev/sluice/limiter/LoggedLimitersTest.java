package dev.sluice.limiter;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limiter.Decision.Outcome;
import dev.sluice.limiter.DecisionLog.Entry;
import dev.sluice.platform.time.TurnedTime;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoggedLimitersTest {
  private static final Policy FREE = Policy.perSecond("free", 10, 2);

  private final TurnedTime time = new TurnedTime();
  private final DecisionLog log = new DecisionLog(time, 100, 1);

  /** A bucket for everybody, which knows at once what costs 1 and must be asked for more. */
  private record OneBucket(Policy policy, TokenBucket bucket) implements Limiter {
    @Override
    public long tryTake(String client, int cost) {
      if (cost > 1) {
        return ASK;
      }
      Answer answer = bucket.apply(Ask.one(cost), 0);
      return answer.granted() == 1 ? answer.level() : -answer.waitMillis();
    }

    @Override
    public long denied(String client) {
      return 0;
    }

    @Override
    public Future<Decision> take(String client, int cost) {
      return Future.succeededFuture(
          cost > 100 ? new Decision(policy, Outcome.UNKNOWN, 0, 1000) : decision(cost));
    }

    private Decision decision(int cost) {
      Answer answer = bucket.apply(Ask.one(cost), 0);
      return answer.granted() == 1
          ? Decision.allowed(policy, answer.level())
          : Decision.denied(policy, answer.waitMillis());
    }

    @Override
    public void giveBack(String client, int cost) {}

    @Override
    public void settle(String client, int cost) {}
  }

  @Test
  void everyDecisionIsWrittenOnceAndTheAnswersAreThoseOfTheLimiter() throws Exception {
    Limiter limiter =
        new LoggedLimiters(policy -> new OneBucket(policy, new TokenBucket(policy, 0)), log)
            .of(FREE);
    assertThat(limiter.policy()).isEqualTo(FREE);
    assertThat(limiter.tryTake("key:a", 2)).isEqualTo(Limiter.ASK);
    assertThat(log.under("free").entries()).isEmpty();
    assertThat(limiter.tryTake("key:a", 1)).isEqualTo(1);
    assertThat(await(limiter.take("key:a", 1)).remaining()).isZero();
    assertThat(limiter.tryTake("key:a", 1)).isNegative();
    assertThat(await(limiter.take("key:a", 2)).outcome()).isEqualTo(Outcome.DENIED);
    assertThat(await(limiter.take("key:a", 101)).outcome()).isEqualTo(Outcome.UNKNOWN);
    limiter.giveBack("key:a", 1);
    limiter.settle("key:a", 7);
    long now = time.now().toEpochMilli();
    assertThat(log.under("free").entries())
        .isEqualTo(
            List.of(
                new Entry(now / 100, FREE, "key:a", 1, 2, 1, 1, 0, now, 150),
                new Entry(now / 100, FREE, "key:a", 2, 0, 0, 1, 0, now, 250),
                new Entry(now / 100, FREE, "key:a", 101, 0, 0, 0, 1, now, 1000)));
  }
}
