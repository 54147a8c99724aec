package dev.sluice.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limiter.Decision.Outcome;
import dev.sluice.platform.time.TurnedTime;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);

  private final TurnedTime time = new TurnedTime();

  @Test
  void itCountsAsTheModelDoes() {
    long seed = System.nanoTime();
    System.out.println("TokenBucketTest seed " + seed);
    Random random = new Random(seed);
    for (int run = 0; run < 300; run++) {
      Policy policy =
          new Policy(
              "random",
              1 + upTo(random, 1_000_000),
              1 + upTo(random, 10_000_000),
              Policy.Loss.LOCAL);
      TokenBucket bucket = new TokenBucket(policy, time.nanos());
      Model model = new Model(policy, time.nanos());
      for (int step = 0; step < 200; step++) {
        time.turn(passing(random, policy));
        // Another thread may have looked at the clock before this one, and come after it.
        long nanos = time.nanos() - (random.nextInt(5) == 0 ? upTo(random, 1_000_000) : 0);
        int cost = 1 + upTo(random, policy.burst());
        assertThat(bucket.take(cost, nanos))
            .as("seed %d, run %d, step %d, %s, cost %d", seed, run, step, policy, cost)
            .isEqualTo(model.take(cost, nanos));
      }
    }
  }

  @Test
  void whoWaitsAsLongAsToldIsAllowed() {
    long seed = System.nanoTime();
    System.out.println("TokenBucketTest seed " + seed);
    Random random = new Random(seed);
    for (int run = 0; run < 1000; run++) {
      Policy policy =
          new Policy(
              "random", 1 + upTo(random, 1_000_000), 1 + upTo(random, 100_000), Policy.Loss.LOCAL);
      TokenBucket bucket = new TokenBucket(policy, time.nanos());
      assertThat(bucket.take(policy.burst(), time.nanos()).allowed()).isTrue();
      int cost = 1 + upTo(random, policy.burst());
      Decision denied = bucket.take(cost, time.nanos());
      assertThat(denied.outcome()).isEqualTo(Outcome.DENIED);
      time.turn(Duration.ofMillis(denied.retryMillis() - 1));
      assertThat(bucket.take(cost, time.nanos()).allowed()).as("seed %d", seed).isFalse();
      time.turn(Duration.ofMillis(1));
      assertThat(bucket.take(cost, time.nanos()).allowed()).as("seed %d", seed).isTrue();
    }
  }

  @Test
  void aFullBucketStaysFull() {
    Policy policy = new Policy("largest", 1_000_000, 10_000_000, Policy.Loss.LOCAL);
    TokenBucket bucket = new TokenBucket(policy, time.nanos());
    assertThat(bucket.take(10_000_000, time.nanos()).resetMillis()).isEqualTo(10_000);
    time.turn(Duration.ofDays(36_500));
    Decision decision = bucket.take(1, time.nanos());
    assertThat(decision.remaining()).isEqualTo(9_999_999);
    assertThat(decision.resetMillis()).isEqualTo(1);
  }

  /** Small numbers as often as large ones. */
  private static int upTo(Random random, int bound) {
    return random.nextInt(random.nextBoolean() ? bound : Math.min(bound, 10));
  }

  private static Duration passing(Random random, Policy policy) {
    long aToken = 1_000_000_000L / policy.rate();
    return switch (random.nextInt(5)) {
      case 0 -> Duration.ZERO;
      case 1 -> Duration.ofNanos(1 + random.nextInt(10));
      case 2 -> Duration.ofNanos(aToken);
      case 3 -> Duration.ofNanos((long) (random.nextDouble() * aToken * policy.burst()));
      default -> Duration.ofMillis(random.nextInt(100_000));
    };
  }

  /** A bucket in whole and broken tokens, exactly. */
  private static final class Model {
    private final Policy policy;
    private final BigDecimal rate;
    private final BigDecimal full;
    private BigDecimal level;
    private long at;

    private Model(Policy policy, long nanos) {
      this.policy = policy;
      this.rate = BigDecimal.valueOf(policy.rate());
      this.full = BigDecimal.valueOf(policy.burst());
      this.level = full;
      this.at = nanos;
    }

    private Decision take(int cost, long nanos) {
      if (nanos > at) {
        BigDecimal seconds = BigDecimal.valueOf(nanos - at).divide(NANOS);
        level = full.min(level.add(seconds.multiply(rate)));
        at = nanos;
      }
      BigDecimal missing = BigDecimal.valueOf(cost).subtract(level);
      boolean allowed = missing.signum() <= 0;
      if (allowed) {
        level = level.subtract(BigDecimal.valueOf(cost));
      }
      return new Decision(
          policy,
          allowed ? Outcome.ALLOWED : Outcome.DENIED,
          level.setScale(0, RoundingMode.FLOOR).longValueExact(),
          allowed ? 0 : millis(missing),
          millis(full.subtract(level)));
    }

    private long millis(BigDecimal tokens) {
      return tokens
          .multiply(BigDecimal.valueOf(1000))
          .divide(rate, 0, RoundingMode.CEILING)
          .longValueExact();
    }
  }
}
