package dev.sluice.platform.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.platform.config.Config;
import dev.sluice.platform.time.TurnedTime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HealthTest {

  private static final HealthConfig NEVER_BY_ITSELF =
      new HealthConfig(Duration.ofHours(1), Duration.ofMillis(100));

  private final Vertx vertx = Vertx.vertx();
  private final TurnedTime time = new TurnedTime();
  private final Health health = new Health(vertx, NEVER_BY_ITSELF, time);

  @AfterEach
  void close() throws Exception {
    health.close();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private Readiness check() throws Exception {
    return health.checkNow().await(10, TimeUnit.SECONDS);
  }

  @Test
  void theSectionDeclaresItsLimits() {
    assertThat(Config.undeclaredLimits(HealthConfig.SECTION)).isEmpty();
    assertThat(Config.defaults(HealthConfig.SECTION))
        .isEqualTo(new HealthConfig(Duration.ofSeconds(1), Duration.ofSeconds(2)));
  }

  @Test
  void itIsUnreadyWhileStartingAndWhileDraining() {
    assertThat(health.ready().toJson().encode())
        .isEqualTo(
            "{\"status\":\"unhealthy\",\"checks\":[{\"name\":\"starting\",\"status\":\"unhealthy\","
                + "\"detail\":\"the node is starting\",\"millis\":0}]}");
    assertThat(health.ready().httpStatus()).isEqualTo(503);
    health.started();
    assertThat(health.ready().toJson().encode()).isEqualTo("{\"status\":\"healthy\"}");
    assertThat(health.ready().httpStatus()).isEqualTo(200);
    health.setDraining();
    health.started();
    assertThat(health.ready().checks())
        .containsExactly(
            new CheckResult("draining", HealthStatus.UNHEALTHY, "the node is stopping", 0));
    assertThat(health.live()).isTrue();
    health.close();
    assertThat(health.live()).isFalse();
  }

  @Test
  void itSaysWhichCheckFailsAndWhy() throws Exception {
    AtomicReference<Future<Void>> answer =
        new AtomicReference<>(Future.failedFuture("connection\nrefused"));
    health.started();
    health.register("redis", Future::succeededFuture);
    health.register("postgres", answer::get);
    assertThat(check().toJson().encode())
        .isEqualTo(
            "{\"status\":\"unhealthy\",\"checks\":["
                + "{\"name\":\"redis\",\"status\":\"healthy\",\"millis\":0},"
                + "{\"name\":\"postgres\",\"status\":\"unhealthy\","
                + "\"detail\":\"connection refused\",\"millis\":0}]}");
    assertThat(health.ready().withoutDetails().toJson().encode()).doesNotContain("refused");
    answer.set(Future.succeededFuture());
    assertThat(check().isHealthy()).isTrue();
  }

  @Test
  void aCheckIsUnhealthyUntilItsFirstAnswer() {
    Promise<Void> answer = Promise.promise();
    health.started();
    health.register("kafka", answer::future);
    assertThat(health.ready().checks())
        .containsExactly(new CheckResult("kafka", HealthStatus.UNHEALTHY, "not checked yet", 0));
  }

  @Test
  void aCheckThatHangsIsGivenUpAndAskedAnew() throws Exception {
    Promise<Void> hanging = Promise.promise();
    AtomicReference<Future<Void>> answer = new AtomicReference<>(hanging.future());
    health.started();
    health.register("kafka", answer::get);
    Readiness first = check();
    assertThat(first.checks().get(0).detail()).isEqualTo("no answer within 100 ms");
    answer.set(Future.succeededFuture());
    assertThat(check().isHealthy()).isTrue();
    hanging.fail("too late to matter");
    assertThat(health.ready().isHealthy()).isTrue();
  }

  @Test
  void aCheckThatThrowsOrGivesNothingIsUnhealthy() throws Exception {
    health.started();
    health.register(
        "throws",
        () -> {
          throw new IllegalStateException();
        });
    health.register("nothing", () -> null);
    assertThat(check().checks())
        .extracting(CheckResult::detail)
        .containsExactly("IllegalStateException", "the check gave no future");
  }

  @Test
  void millisAreMeasured() throws Exception {
    health.started();
    health.register(
        "slow",
        () -> {
          time.turn(Duration.ofMillis(70));
          return Future.succeededFuture();
        });
    assertThat(check().checks().get(0).millis()).isEqualTo(70);
  }

  @Test
  void anOldAnswerIsNoAnswer() throws Exception {
    health.started();
    health.register("redis", Future::succeededFuture);
    assertThat(check().isHealthy()).isTrue();
    time.turn(Duration.ofHours(5).plusMillis(100));
    assertThat(health.ready().isHealthy()).isTrue();
    time.turn(Duration.ofMillis(1));
    assertThat(health.ready().checks().get(0).detail()).isEqualTo("no answer for 18000101 ms");
  }

  @Test
  void checksRunByThemselves() throws Exception {
    CountDownLatch thrice = new CountDownLatch(3);
    HealthConfig often = new HealthConfig(Duration.ofMillis(100), Duration.ofMillis(100));
    try (Health ticking = new Health(vertx, often, time)) {
      ticking.register(
          "bus",
          () -> {
            thrice.countDown();
            return Future.succeededFuture();
          });
      assertThat(thrice.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aNameIsRegisteredOnce() {
    health.register("redis", Future::succeededFuture);
    assertThatThrownBy(() -> health.register("redis", Future::succeededFuture))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a health check called redis is there already");
  }
}
