package dev.sluice.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.edge.upstream.Breaker.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private static final long SECOND = 1_000_000_000L;

  private final List<String> changes = new ArrayList<>();
  private final Breaker breaker =
      new Breaker(Sample.breaker(50), 1, (from, to) -> changes.add(from + ">" + to));
  private long now = -3 * SECOND; // the clock of a machine may well be below zero

  private int begun() {
    assertThat(breaker.allows(now)).isTrue();
    assertThat(breaker.tryAcquire(now)).isTrue();
    return breaker.permit();
  }

  private void succeed(int times) {
    for (int i = 0; i < times; i++) {
      breaker.succeeded(begun(), now);
    }
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed(begun(), now);
    }
  }

  private void open() {
    fail(20);
    assertThat(breaker.state()).isEqualTo(State.OPEN);
  }

  @Test
  void opensWhenTheShareOfFailuresIsReachedAndNotBefore() {
    succeed(11);
    fail(10);
    assertThat(breaker.state()).as("10 of 21").isEqualTo(State.CLOSED);
    fail(1);
    assertThat(breaker.state()).as("11 of 22").isEqualTo(State.OPEN);
    assertThat(changes).containsExactly("CLOSED>OPEN");
  }

  @Test
  void needsEnoughRequests() {
    fail(19);
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    fail(1);
    assertThat(breaker.state()).isEqualTo(State.OPEN);
  }

  @Test
  void forgetsWhatIsOlderThanTheWindow() {
    fail(19);
    now += 11 * SECOND;
    fail(19);
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    now += 5 * SECOND;
    fail(1);
    assertThat(breaker.state()).isEqualTo(State.OPEN);
  }

  @Test
  void openLetsNothingThroughUntilItsTime() {
    open();
    now += 30 * SECOND - 1_500_000;
    assertThat(breaker.allows(now)).isFalse();
    assertThat(breaker.tryAcquire(now)).isFalse();
    assertThat(breaker.millisLeft(now)).isEqualTo(2);
    now += 1_500_000;
    assertThat(breaker.allows(now)).isTrue();
    assertThat(breaker.state()).as("looking changes nothing").isEqualTo(State.OPEN);
    assertThat(breaker.tryAcquire(now)).isTrue();
    assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
  }

  @Test
  void halfOpenClosesWhenAllProbesSucceeded() {
    open();
    now += 30 * SECOND;
    int first = begun();
    int second = begun();
    int third = begun();
    assertThat(breaker.allows(now)).as("a fourth").isFalse();
    assertThat(breaker.tryAcquire(now)).as("a fourth").isFalse();
    breaker.succeeded(first, now);
    breaker.succeeded(second, now);
    assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    breaker.succeeded(third, now);
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    fail(19);
    assertThat(breaker.state()).as("what was before is forgotten").isEqualTo(State.CLOSED);
    assertThat(changes).containsExactly("CLOSED>OPEN", "OPEN>HALF_OPEN", "HALF_OPEN>CLOSED");
  }

  @Test
  void halfOpenOpensAtTheFirstFailure() {
    open();
    now += 30 * SECOND;
    int first = begun();
    int second = begun();
    breaker.succeeded(first, now);
    breaker.failed(second, now);
    assertThat(breaker.state()).isEqualTo(State.OPEN);
    assertThat(breaker.allows(now + 30 * SECOND - 1)).isFalse();
    assertThat(breaker.allows(now + 30 * SECOND)).isTrue();
  }

  @Test
  void aProbeThatWasCancelledMakesRoomForAnother() {
    open();
    now += 30 * SECOND;
    int first = begun();
    int second = begun();
    int third = begun();
    breaker.cancelled(second);
    int fourth = begun();
    assertThat(breaker.allows(now)).isFalse();
    breaker.succeeded(first, now);
    breaker.succeeded(third, now);
    breaker.succeeded(fourth, now);
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void probesThatAreNeverToldOfDoNotHoldItForEver() {
    open();
    now += 30 * SECOND;
    int lost = begun();
    begun();
    begun();
    now += 30 * SECOND - 1;
    assertThat(breaker.allows(now)).isFalse();
    now += 1;
    int again = begun();
    assertThat(again).isNotEqualTo(lost);
    breaker.failed(lost, now);
    assertThat(breaker.state()).as("too late to count").isEqualTo(State.HALF_OPEN);
    assertThat(changes).containsExactly("CLOSED>OPEN", "OPEN>HALF_OPEN");
  }

  @Test
  void whatBeganBeforeItOpenedIsNoProbe() {
    int old = begun();
    int older = begun();
    open();
    breaker.succeeded(old, now);
    assertThat(breaker.state()).isEqualTo(State.OPEN);
    now += 30 * SECOND;
    int probe = begun();
    breaker.failed(old, now);
    breaker.cancelled(older);
    assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    begun();
    begun();
    assertThat(breaker.allows(now)).as("cancelling the old one freed nothing").isFalse();
    breaker.succeeded(probe, now);
  }

  /**
   * Threads at once, with a clock they share. What must hold at any moment: never more probes than
   * allowed in a half-open spell; nothing let through while open; each change follows the one
   * before.
   */
  @Test
  void manyThreadsAtOnce() throws Exception {
    long seed = new Random().nextLong();
    AtomicLong clock = new AtomicLong();
    ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    BreakerConfig config =
        new BreakerConfig(50, Duration.ofMillis(100), 5, Duration.ofMillis(50), 3);
    Breaker shared = new Breaker(config, 1, (from, to) -> seen.add(from + ">" + to));
    AtomicInteger probesOfSpell = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    int threads = 4;
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<Future<?>> done = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      Random random = new Random(seed + t);
      done.add(
          pool.submit(
              () -> {
                start.await();
                for (int i = 0; i < 50_000; i++) {
                  long at = clock.addAndGet(random.nextInt(100_000));
                  if (!shared.tryAcquire(at)) {
                    continue;
                  }
                  int permit = shared.permit();
                  boolean half = shared.state() == State.HALF_OPEN;
                  if (half) {
                    most.accumulateAndGet(probesOfSpell.incrementAndGet(), Math::max);
                  }
                  switch (random.nextInt(5)) {
                    case 0, 1 -> shared.succeeded(permit, at);
                    case 2, 3 -> shared.failed(permit, at);
                    default -> shared.cancelled(permit);
                  }
                  if (half) {
                    probesOfSpell.decrementAndGet();
                  }
                }
                return null;
              }));
    }
    start.countDown();
    for (Future<?> each : done) {
      each.get(60, TimeUnit.SECONDS);
    }
    pool.shutdown();
    assertThat(seen).as("seed %d", seed).hasSizeGreaterThan(10);
    assertThat(seen.stream().filter("CLOSED>OPEN"::equals).count())
        .as("seed %d: each time it closed it was open before", seed)
        .isBetween(
            seen.stream().filter("HALF_OPEN>CLOSED"::equals).count(),
            seen.stream().filter("HALF_OPEN>CLOSED"::equals).count() + 1);
    // Those of the spell before may not have counted down yet, one a thread.
    assertThat(most.get()).as("seed %d", seed).isBetween(1, 3 + threads);
    long end = clock.get() + TimeUnit.SECONDS.toNanos(1);
    assertThat(shared.allows(end)).as("seed %d: no probe is lost", seed).isTrue();
  }
}
