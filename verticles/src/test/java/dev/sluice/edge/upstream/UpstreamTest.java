package dev.sluice.edge.upstream;

import static dev.sluice.edge.upstream.Sample.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.edge.upstream.Breaker.State;
import dev.sluice.edge.upstream.Refusal.Reason;
import dev.sluice.edge.upstream.UpstreamConfig.Balance;
import dev.sluice.platform.time.TurnedTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UpstreamTest {
  private static final String A = "http://10.0.0.1";
  private static final String B = "http://10.0.0.2";
  private static final String C = "http://10.0.0.3";

  private final TurnedTime time = new TurnedTime();

  private static Set<String> seen(Upstream upstream, Subset subset, int times) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < times; i++) {
      Pick pick = upstream.pick(subset, KeyHash.of("" + i), 0);
      if (pick instanceof Endpoint endpoint) {
        seen.add(endpoint.target());
        endpoint.begin().cancelled();
      } else {
        seen.add(((Refusal) pick).reason().name());
      }
    }
    return seen;
  }

  private static Set<String> seen(Upstream upstream) {
    return seen(upstream, upstream.everybody(), 100);
  }

  /** Fails so many requests to one target, others succeed. */
  private static void fail(Upstream upstream, String target, int times) {
    int failed = 0;
    for (int i = 0; i < 1000 && failed < times; i++) {
      Pick pick = upstream.pick(upstream.everybody(), KeyHash.of("" + i), 0);
      if (!(pick instanceof Endpoint endpoint)) {
        return;
      }
      Attempt attempt = endpoint.begin();
      if (endpoint.target().equals(target)) {
        attempt.failed(UpstreamFailure.RESET);
        failed++;
      } else {
        attempt.succeeded(200);
      }
    }
  }

  @Test
  void subsetsAreByLabels() {
    Upstream upstream =
        Sample.of()
            .target(A, 1, Map.of("version", "v1", "zone", "x"))
            .target(B, 1, Map.of("version", "v2", "zone", "x"))
            .target(C, 1, Map.of("version", "v2"))
            .upstream(time);
    assertThat(seen(upstream)).containsExactlyInAnyOrder(A, B, C);
    Subset second = upstream.subset(Map.of("version", "v2"));
    assertThat(seen(upstream, second, 50)).containsExactlyInAnyOrder(B, C);
    assertThat(seen(upstream, upstream.subset(Map.of("version", "v2", "zone", "x")), 50))
        .containsExactly(B);
    assertThat(seen(upstream, upstream.subset(Map.of("version", "v3")), 5))
        .containsExactly("NO_HEALTHY");
    assertThat(upstream.subset(Map.of("version", "v2"))).isSameAs(second);
    assertThat(upstream.subset(Map.of())).isSameAs(upstream.everybody());
    assertThat(upstream.inFlight()).isZero();
  }

  @Test
  void aRetryGoesToWhoWasNotTriedAsLongAsThereIsSomebody() {
    Upstream upstream = Sample.of(A, B, C).upstream(time);
    long tried = 0;
    Set<String> asked = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      Attempt attempt = attempt(upstream, tried);
      tried |= attempt.endpoint().bit();
      asked.add(attempt.endpoint().target());
      attempt.failed(UpstreamFailure.CONNECT);
    }
    assertThat(asked).containsExactlyInAnyOrder(A, B, C);
    assertThat(upstream.pick(upstream.everybody(), 0, tried)).isInstanceOf(Endpoint.class);
  }

  @Test
  void failuresInARowEjectForATimeThatGrows() {
    Upstream upstream = Sample.of(A, B, C).health(Sample.health(5, 50)).upstream(time);
    fail(upstream, A, 4);
    assertThat(seen(upstream)).contains(A);
    fail(upstream, A, 1);
    assertThat(seen(upstream)).containsExactlyInAnyOrder(B, C);
    time.turn(Duration.ofSeconds(30));
    assertThat(seen(upstream)).as("it comes back").contains(A);
    fail(upstream, A, 1);
    assertThat(seen(upstream)).as("and is out again at once").doesNotContain(A);
    time.turn(Duration.ofSeconds(59));
    assertThat(seen(upstream)).as("for twice as long").doesNotContain(A);
    time.turn(Duration.ofSeconds(1));
    assertThat(seen(upstream)).contains(A);
    for (int times = 3; times <= 12; times++) {
      fail(upstream, A, 1);
      time.turn(Duration.ofSeconds(30 * Math.min(10, times) - 1));
      assertThat(seen(upstream)).as("ejected %d times", times).doesNotContain(A);
      time.turn(Duration.ofSeconds(1));
      assertThat(seen(upstream)).as("ejected %d times", times).contains(A);
    }
    time.turn(Duration.ofMinutes(10));
    fail(upstream, A, 1);
    time.turn(Duration.ofSeconds(30));
    assertThat(seen(upstream)).as("after long enough it begins anew").contains(A);
  }

  @Test
  void aSuccessInBetweenAndWhatSaysNothingOfTheTargetDoNotEject() {
    Upstream upstream = Sample.of(A, B).health(Sample.health(3, 50)).upstream(time);
    for (int i = 0; i < 40; i++) {
      Attempt attempt = attempt(upstream);
      if (attempt.endpoint().target().equals(B)) {
        attempt.succeeded(200);
      } else {
        switch (i / 2 % 4) {
          case 0 -> attempt.failed(UpstreamFailure.TIMEOUT);
          case 1 -> attempt.succeeded(503);
          case 2 -> attempt.succeeded(i % 3 == 0 ? 500 : 404);
          default -> attempt.failed(UpstreamFailure.POOL_FULL);
        }
      }
    }
    assertThat(seen(upstream)).containsExactlyInAnyOrder(A, B);
  }

  @Test
  void notMoreThanSoManyAreEjected() {
    Upstream two = Sample.of(A, B).health(Sample.health(1, 50)).upstream(time);
    fail(two, A, 1);
    fail(two, B, 5);
    assertThat(seen(two)).containsExactly(B);
    Upstream three = Sample.of(A, B, C).health(Sample.health(1, 10)).upstream(time);
    fail(three, A, 1);
    fail(three, B, 1);
    assertThat(seen(three)).as("one always may").containsExactlyInAnyOrder(B, C);
    Upstream never = Sample.of(A, B).health(Sample.health(1, 0)).upstream(time);
    fail(never, A, 3);
    assertThat(seen(never)).containsExactlyInAnyOrder(A, B);
    Upstream one = Sample.of(A).health(Sample.health(1, 100)).upstream(time);
    fail(one, A, 3);
    assertThat(seen(one)).containsExactly(A);
  }

  @Test
  void whenNobodyIsWellAllAreUsedUntilTheBreakersOpen() {
    Upstream upstream = Sample.of(A, B).breaker(Sample.breaker(50)).upstream(time);
    ProbeConfig probes = Sample.probes("/up", Duration.ofSeconds(30), Duration.ofSeconds(1));
    for (Endpoint endpoint : upstream.endpoints()) {
      endpoint.vitals().probed(false, probes);
      endpoint.vitals().probed(false, probes);
      assertThat(endpoint.used(time.nanos())).isFalse();
    }
    assertThat(seen(upstream)).containsExactlyInAnyOrder(A, B);
    fail(upstream, A, 20);
    assertThat(seen(upstream)).containsExactly(B);
    fail(upstream, B, 20);
    assertThat(upstream.breakerState()).isEqualTo(State.OPEN);
    time.turn(Duration.ofSeconds(10));
    Refusal refusal = (Refusal) upstream.pick(upstream.everybody(), 0, 0);
    assertThat(refusal.reason()).isEqualTo(Reason.OPEN);
    assertThat(refusal.retryAfterMillis()).isEqualTo(20_000);
    assertThat(upstream.inFlight()).as("a refusal takes no place").isZero();
  }

  @Test
  void oneDeadTargetDoesNotCloseTheWayToTheOther() {
    Upstream upstream = Sample.of(A, B, C).breaker(Sample.breaker(50)).upstream(time);
    for (int i = 0; i < 3000; i++) {
      Attempt attempt = attempt(upstream);
      if (attempt.endpoint().target().equals(C)) {
        attempt.succeeded(200);
      } else {
        attempt.failed(UpstreamFailure.CONNECT);
      }
      time.turn(Duration.ofMillis(10));
    }
    assertThat(upstream.breaker().state()).isEqualTo(State.CLOSED);
    assertThat(upstream.breakerState()).isEqualTo(State.CLOSED);
  }

  @Test
  void failuresSpreadThinlyOpenTheBreakerOfTheWhole() {
    Sample sample = Sample.of().breaker(Sample.breaker(50));
    for (int i = 0; i < 50; i++) {
      sample.target("http://10.0.0." + (i + 1), 1, Map.of());
    }
    Upstream upstream = sample.upstream(time);
    for (int i = 0; i < 79; i++) {
      attempt(upstream).failed(UpstreamFailure.TIMEOUT);
    }
    assertThat(seen(upstream)).doesNotContain("OPEN");
    attempt(upstream).failed(UpstreamFailure.TIMEOUT);
    assertThat(seen(upstream)).containsExactly("OPEN");
    time.turn(Duration.ofSeconds(30));
    for (int i = 0; i < 3; i++) {
      attempt(upstream).succeeded(200);
    }
    assertThat(upstream.breakerState()).isEqualTo(State.CLOSED);
  }

  @Test
  void halfOpenLetsOnlySoManyThrough() {
    Upstream upstream = Sample.of(A).breaker(Sample.breaker(50)).upstream(time);
    fail(upstream, A, 20);
    time.turn(Duration.ofSeconds(30));
    List<Attempt> probes = List.of(attempt(upstream), attempt(upstream), attempt(upstream));
    assertThat(upstream.pick(upstream.everybody(), 0, 0)).isInstanceOf(Refusal.class);
    probes.get(0).cancelled();
    Attempt another = attempt(upstream);
    probes.get(1).succeeded(200);
    probes.get(2).answered(200);
    another.succeeded(204);
    assertThat(upstream.breakerState()).as("an answer counts at its head").isEqualTo(State.CLOSED);
    assertThat(upstream.inFlight()).isEqualTo(1);
    probes.get(2).cancelled();
    assertThat(upstream.inFlight()).isZero();
  }

  @Test
  void anAttemptEndsOnce() {
    Upstream upstream = Sample.of(A).health(Sample.health(1, 50)).upstream(time);
    Attempt attempt = attempt(upstream);
    Attempt other = attempt(upstream);
    attempt.succeeded(200);
    attempt.failed(UpstreamFailure.RESET);
    attempt.cancelled();
    attempt.succeeded(200);
    assertThat(upstream.inFlight()).isEqualTo(1);
    assertThat(other.endpoint().inFlight()).isEqualTo(1);
    other.cancelled();
    other.cancelled();
    assertThat(upstream.inFlight()).isZero();
  }

  @Test
  void theBulkheadRefusesWhatIsTooMuch() {
    Upstream upstream = Sample.of(A, B).maxInFlight(2).upstream(time);
    Attempt first = attempt(upstream);
    attempt(upstream);
    assertThat(upstream.pick(upstream.everybody(), 0, 0)).isSameAs(Refusal.FULL);
    assertThat(upstream.inFlight()).isEqualTo(2);
    first.failed(UpstreamFailure.RESET);
    assertThat(upstream.pick(upstream.everybody(), 0, 0)).isInstanceOf(Endpoint.class);
  }

  /** Everything at once from four threads: the bulkhead is never exceeded, and nothing is lost. */
  @Test
  void manyThreadsAtOnce() throws Exception {
    long seed = new Random().nextLong();
    for (Balance balance : Balance.values()) {
      Upstream upstream =
          Sample.of(A, B, C)
              .balance(balance)
              .maxInFlight(5)
              .health(Sample.health(3, 50))
              .breaker(new BreakerConfig(50, Duration.ofMillis(100), 10, Duration.ofMillis(100), 2))
              .upstream(time);
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      ExecutorService pool = Executors.newFixedThreadPool(4);
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Random random = new Random(seed + t);
        done.add(
            pool.submit(
                () -> {
                  List<Attempt> held = new ArrayList<>();
                  for (int i = 0; i < 20_000; i++) {
                    Pick pick = upstream.pick(upstream.everybody(), random.nextLong(), 0);
                    if (pick instanceof Endpoint endpoint) {
                      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                      held.add(endpoint.begin());
                    }
                    if (held.size() == 2 || (!held.isEmpty() && random.nextBoolean())) {
                      inside.decrementAndGet();
                      end(held.remove(0), random);
                    }
                    if (i % 50 == 0) {
                      time.turn(Duration.ofMillis(1));
                    }
                  }
                  inside.addAndGet(-held.size());
                  held.forEach(Attempt::cancelled);
                }));
      }
      for (Future<?> each : done) {
        each.get(60, TimeUnit.SECONDS);
      }
      pool.shutdown();
      assertThat(most.get()).as("%s, seed %d", balance, seed).isBetween(2, 5);
      assertThat(upstream.inFlight()).as("%s, seed %d", balance, seed).isZero();
      for (Endpoint endpoint : upstream.endpoints()) {
        assertThat(endpoint.inFlight()).as("%s, seed %d", balance, seed).isZero();
      }
      time.turn(Duration.ofSeconds(400));
      assertThat(upstream.pick(upstream.everybody(), 0, 0))
          .as("%s, seed %d: it is never stuck", balance, seed)
          .isInstanceOf(Endpoint.class);
    }
  }

  private static void end(Attempt attempt, Random random) {
    switch (random.nextInt(6)) {
      case 0, 1 -> attempt.failed(UpstreamFailure.RESET);
      case 2 -> attempt.cancelled();
      default -> attempt.succeeded(200);
    }
  }
}
