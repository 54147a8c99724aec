package dev.sluice.limiter;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.limiter.Decision.Outcome;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Servers.Extension.class)
class RedisLimiterIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final String client = "test:" + UUID.randomUUID();
  private Fronts fronts;

  @BeforeEach
  void open(Servers servers) throws Exception {
    fronts = new Fronts(servers.redis().uri(), 4);
  }

  @AfterEach
  void close() throws Exception {
    fronts.close();
  }

  @Test
  void aBurstIsAllowedThenDeniedUntilTheTimeItNames() throws Exception {
    Policy policy = closed("few", 1, 5);
    for (int i = 1; i <= 5; i++) {
      Decision decision = take(policy, 1);
      assertThat(decision.outcome()).isEqualTo(Outcome.ALLOWED);
      assertThat(decision.remaining()).isEqualTo(5 - i);
      assertThat(decision.retryMillis()).isZero();
    }
    Decision denied = take(policy, 1);
    long begun = System.nanoTime();
    assertThat(denied.outcome()).isEqualTo(Outcome.DENIED);
    assertThat(denied.remaining()).isZero();
    assertThat(denied.retryMillis()).isBetween(1L, 1000L);
    assertThat(denied.resetMillis()).isBetween(denied.retryMillis(), 5000L);
    Duration named = Duration.ofMillis(denied.retryMillis());
    until("allowed again", SOON, () -> take(policy, 1).allowed());
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(named.minusMillis(100), named.plusSeconds(2));
  }

  @Test
  void whoWaitsAsLongAsToldIsAllowed() throws Exception {
    Policy policy = closed("patient", 4, 4);
    assertThat(take(policy, 4).allowed()).isTrue();
    Decision denied = take(policy, 2);
    long end = System.nanoTime() + Duration.ofMillis(denied.retryMillis()).toNanos();
    until("the time named is over", SOON, () -> System.nanoTime() >= end);
    assertThat(take(policy, 2).outcome()).isEqualTo(Outcome.ALLOWED);
  }

  @Test
  void manyTakersOnManyLoopsGetNoMoreThanTheLimit() throws Exception {
    Policy policy = closed("crowded", 200, 50);
    AtomicInteger admitted = new AtomicInteger();
    AtomicInteger asked = new AtomicInteger();
    long begun = System.nanoTime();
    long end = begun + Duration.ofMillis(1500).toNanos();
    List<Future<?>> takers = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      takers.add(takeUntil(end, i, policy, admitted, asked));
    }
    await(Future.all(takers));
    double seconds = (System.nanoTime() - begun) / 1e9;
    assertThat(asked.get()).isGreaterThan(1000);
    assertThat((double) admitted.get())
        .as("%d asked in %.3f s", asked.get(), seconds)
        .isLessThanOrEqualTo(50 + 200 * seconds + 1)
        .isGreaterThan(50 + 100 * seconds);
  }

  @Test
  void whatIsRefusedCostsNothing() throws Exception {
    Policy policy = closed("hammered", 1, 3);
    assertThat(take(policy, 1).remaining()).isEqualTo(2);
    assertThat(take(policy, 3).outcome()).isEqualTo(Outcome.DENIED);
    assertThat(take(policy, 2).outcome()).isEqualTo(Outcome.ALLOWED);
    long shortest = Long.MAX_VALUE;
    int refused = 0;
    Decision last = take(policy, 1);
    while (!last.allowed()) {
      assertThat(last.retryMillis()).isLessThanOrEqualTo(shortest);
      shortest = last.retryMillis();
      refused++;
      last = take(policy, 1);
    }
    assertThat(refused).isGreaterThan(10);
    assertThat(shortest).as("the last wait named").isLessThan(100);
  }

  @Test
  void clientsAndPoliciesHaveBucketsOfTheirOwn() throws Exception {
    Policy one = closed("one", 1, 1);
    assertThat(take(one, 1).allowed()).isTrue();
    assertThat(take(one, 1).allowed()).isFalse();
    assertThat(fronts.take(0, one, client + "-other", 1).allowed()).isTrue();
    assertThat(take(closed("other", 1, 1), 1).allowed()).isTrue();
  }

  @Test
  void aBucketIsForgottenWhenItIsFull() throws Exception {
    Policy policy = closed("short", 10, 10);
    Decision decision = take(policy, 10);
    String key = "sluice:limit:{" + client + "}:short";
    assertThat(fronts.ask(Command.PTTL, key).toLong()).isBetween(1L, decision.resetMillis() + 1000);
    assertThat(decision.resetMillis()).isEqualTo(1000);
    until("it is gone", SOON, () -> fronts.ask(Command.EXISTS, key).toInteger() == 0);
    assertThat(take(policy, 10).allowed()).isTrue();
  }

  @Test
  void redisMayForgetTheScript() throws Exception {
    Policy policy = closed("flushed", 1, 100);
    assertThat(take(policy, 1).remaining()).isEqualTo(99);
    fronts.ask(Command.SCRIPT, "FLUSH");
    List<Future<Decision>> taken = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      taken.add(fronts.taking(i, policy, client, 1));
    }
    for (Future<Decision> decision : taken) {
      assertThat(await(decision).outcome()).isEqualTo(Outcome.ALLOWED);
    }
    assertThat(take(policy, 1).remaining()).isBetween(58L, 65L);
  }

  @Test
  void anUnlimitedPolicyNeverAsksRedis() throws Exception {
    fronts.ask(Command.CONFIG, "RESETSTAT");
    Policy unlimited = closed("unlimited", 0, 0);
    for (int i = 0; i < 100; i++) {
      assertThat(fronts.take(i, unlimited, client, 1).outcome()).isEqualTo(Outcome.ALLOWED);
    }
    assertThat(fronts.ask(Command.INFO, "commandstats").toString()).doesNotContain("cmdstat_eval");
    assertThat(take(closed("limited", 1, 1), 1).allowed()).isTrue();
    assertThat(fronts.ask(Command.INFO, "commandstats").toString()).contains("cmdstat_eval");
  }

  private Decision take(Policy policy, int cost) throws Exception {
    return fronts.take(0, policy, client, cost);
  }

  private Future<?> takeUntil(
      long end, int loop, Policy policy, AtomicInteger admitted, AtomicInteger asked) {
    if (System.nanoTime() > end) {
      return Future.succeededFuture();
    }
    asked.incrementAndGet();
    return fronts
        .taking(loop, policy, client, 1)
        .compose(
            decision -> {
              if (decision.allowed()) {
                admitted.incrementAndGet();
              }
              return takeUntil(end, loop, policy, admitted, asked);
            });
  }

  /** So that nothing but Redis can have allowed it. */
  private static Policy closed(String name, int rate, int burst) {
    return new Policy(name, rate, burst, Policy.Loss.CLOSED);
  }
}
