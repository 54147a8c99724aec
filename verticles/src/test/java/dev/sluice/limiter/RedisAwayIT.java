package dev.sluice.limiter;

import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.devstack.RedisServer;
import dev.sluice.limiter.Decision.Outcome;
import dev.sluice.limiter.Policy.Loss;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limiter while Redis is stopped, and while it hangs; on a Redis of its own. */
class RedisAwayIT {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration BACK = Duration.ofSeconds(5);
  private static final Policy LOCAL = new Policy("local", 2, 8, Loss.LOCAL);
  private static final Policy OPEN = new Policy("open", 1, 1, Loss.OPEN);
  private static final Policy CLOSED = new Policy("closed", 100_000, 100_000, Loss.CLOSED);

  @TempDir static Path folder;
  private static RedisServer redis;

  private final String client = "test:" + UUID.randomUUID();
  private Fronts fronts;

  @BeforeAll
  static void startRedis() {
    redis = RedisServer.start(folder.resolve("redis"), 0);
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @BeforeEach
  void open() throws Exception {
    fronts = new Fronts(redis.uri(), 2);
    for (int loop = 0; loop < fronts.loops(); loop++) {
      assertThat(take(loop, CLOSED).allowed()).isTrue();
    }
  }

  @AfterEach
  void close() throws Exception {
    redis.resume();
    redis.start();
    fronts.close();
  }

  @Test
  void whileItIsStoppedThePolicyDecides() throws Exception {
    redis.stop();
    openTheBreakers();
    policiesDecide();
    decisionsAreFast();
    redis.start();
    backWithinTheLimit();
  }

  @Test
  void whileItIsKilledAndBackItIsUsedAgain() throws Exception {
    for (int i = 0; i < 3; i++) {
      redis.kill();
      openTheBreakers();
      redis.start();
      backWithinTheLimit();
    }
  }

  @Test
  void whileItHangsThePolicyDecides() throws Exception {
    redis.pause();
    openTheBreakers();
    policiesDecide();
    decisionsAreFast();
    redis.resume();
    backWithinTheLimit();
  }

  @Test
  void theFirstDecisionsWithoutRedisDoNotTakeLongEither() throws Exception {
    redis.pause();
    for (int i = 0; i < 8; i++) {
      long begun = System.nanoTime();
      assertThat(take(0, CLOSED).outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(since(begun)).isLessThan(Duration.ofMillis(600));
    }
  }

  /** The whole limit, shared by the loops of the node; what others took in Redis is not known. */
  private void policiesDecide() throws Exception {
    long begun = System.nanoTime();
    int admitted = 0;
    for (int i = 0; i < 40; i++) {
      Decision decision = take(i, LOCAL);
      assertThat(decision.outcome()).isNotEqualTo(Outcome.UNKNOWN);
      admitted += decision.allowed() ? 1 : 0;
    }
    assertThat((double) admitted).isBetween(8.0, 8 + since(begun).toMillis() / 1000.0 * 2 + 1);
    for (int i = 0; i < 40; i++) {
      assertThat(take(i, OPEN).outcome()).isEqualTo(Outcome.ALLOWED);
    }
    for (int i = 0; i < 40; i++) {
      Decision decision = take(i, CLOSED);
      assertThat(decision.outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(decision.retryMillis()).isPositive();
    }
  }

  /** Through several of the moments at which Redis is tried again; one in fifty may be slower. */
  private void decisionsAreFast() throws Exception {
    Duration limit = Duration.ofMillis(50);
    int[] count = new int[2];
    long end = System.nanoTime() + Duration.ofMillis(2500).toNanos();
    until(
        "measured for long enough",
        SOON,
        () -> {
          long begun = System.nanoTime();
          assertThat(take(count[0], CLOSED).outcome()).isEqualTo(Outcome.UNKNOWN);
          Duration took = since(begun);
          assertThat(took).isLessThan(Duration.ofMillis(200));
          count[0]++;
          count[1] += took.compareTo(limit) > 0 ? 1 : 0;
          return System.nanoTime() > end;
        });
    assertThat(count[1]).as("slow ones of %d", count[0]).isLessThanOrEqualTo(count[0] / 50);
  }

  private void openTheBreakers() throws Exception {
    for (int i = 0; i < 6 * fronts.loops(); i++) {
      assertThat(take(i, CLOSED).outcome()).isEqualTo(Outcome.UNKNOWN);
    }
  }

  private void backWithinTheLimit() throws Exception {
    until("redis counts again", BACK, () -> take(0, CLOSED).allowed() && take(1, CLOSED).allowed());
  }

  private Decision take(int loop, Policy policy) throws Exception {
    return fronts.take(loop, policy, client, 1);
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }
}
