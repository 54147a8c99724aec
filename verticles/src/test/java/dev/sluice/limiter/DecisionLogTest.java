package dev.sluice.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.limiter.Decision.Outcome;
import dev.sluice.limiter.DecisionLog.Drained;
import dev.sluice.limiter.DecisionLog.Entry;
import dev.sluice.platform.time.Time;
import dev.sluice.platform.time.TurnedTime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DecisionLogTest {
  private static final Policy FREE = Policy.perSecond("free", 10, 20);
  private static final Policy PRO = Policy.perSecond("pro", 100, 200);
  private static final Duration SLOT = Duration.ofMillis(100);

  private final TurnedTime time = new TurnedTime();
  private final DecisionLog log = new DecisionLog(time, 1000, 1);

  @Test
  void whatIsAlikeInASlotIsOneEntry() {
    for (int i = 0; i < 5; i++) {
      log.allowed(FREE, "ip:192.0.2.1", 1);
      log.allowed(FREE, "ip:192.0.2.1", 3);
    }
    log.givenBack(FREE, "ip:192.0.2.1", 3);
    time.turn(Duration.ofMillis(30));
    log.refused(FREE, "ip:192.0.2.1", 1, Outcome.DENIED, 70);
    log.refused(FREE, "ip:192.0.2.1", 1, Outcome.UNKNOWN, 1000);
    log.allowed(PRO, "ip:192.0.2.1", 1);
    time.turn(SLOT);
    log.allowed(FREE, "ip:192.0.2.1", 1);
    long millis = time.now().toEpochMilli() - 100;
    long slot = Math.floorDiv(millis, 100);
    assertThat(log.under("free").from()).isZero();
    assertThat(log.under("free").entries())
        .containsExactly(
            new Entry(slot, FREE, "ip:192.0.2.1", 1, 5, 0, 1, 1, millis, 1000),
            new Entry(slot, FREE, "ip:192.0.2.1", 3, 5, 1, 0, 0, 0, 0),
            new Entry(slot + 1, FREE, "ip:192.0.2.1", 1, 1, 0, 0, 0, 0, 0));
    assertThat(log.under("free").entries().get(1).tokensTaken()).isEqualTo(12);
    assertThat(log.under("pro").entries()).hasSize(1);
  }

  @Test
  void theLastRefusalsOfAClientNewestFirst() {
    for (int i = 0; i < 30; i++) {
      log.refused(FREE, "ip:192.0.2.1", 1, Outcome.DENIED, i);
      log.refused(FREE, "ip:192.0.2.2", 1, Outcome.DENIED, 99);
      log.allowed(PRO, "ip:192.0.2.1", 1);
      time.turn(SLOT);
    }
    assertThat(log.refusals("ip:192.0.2.1", 3))
        .extracting(Entry::retryMillis)
        .containsExactly(29L, 28L, 27L);
  }

  @Test
  void whatIsOldGivesWayAndTheLogSaysSinceWhenItIsWhole() {
    long first = time.now().toEpochMilli() / 100;
    for (int i = 0; i < 1000; i++) {
      log.allowed(FREE, "ip:192.0.2.1", 1);
      time.turn(SLOT);
    }
    assertThat(log.under("free").from()).isZero();
    log.allowed(FREE, "ip:192.0.2.1", 1);
    DecisionLog.Part part = log.under("free");
    assertThat(part.entries()).hasSize(1000);
    // The oldest entry there is may not be the only one its slot had.
    assertThat(part.from()).isEqualTo(first + 2);
    Drained drained = log.drain();
    assertThat(drained.missed()).isEqualTo(1);
    assertThat(drained.entries()).hasSize(999); // the current slot is not complete
  }

  @Test
  void drainingGivesEveryEntryOnceAndWhenItIsComplete() {
    log.allowed(FREE, "ip:192.0.2.1", 1);
    assertThat(log.drain().entries()).isEmpty();
    log.allowed(FREE, "ip:192.0.2.1", 1);
    time.turn(SLOT);
    assertThat(log.drain().entries()).extracting(Entry::allowed).containsExactly(2);
    assertThat(log.drain().entries()).isEmpty();
    assertThat(log.under("free").entries()).hasSize(1);
  }

  @Test
  void aClockThatIsSetBackIsFollowedAndItsNoiseIsNot() {
    log.allowed(FREE, "ip:192.0.2.1", 1);
    long before = time.now().toEpochMilli() / 100;
    time.turn(Duration.ofMillis(1100));
    time.jump(Duration.ofMillis(-1200));
    log.allowed(FREE, "ip:192.0.2.1", 1);
    time.turn(Duration.ofMillis(1100));
    time.jump(Duration.ofHours(-1));
    log.allowed(FREE, "ip:192.0.2.1", 1);
    assertThat(log.under("free").entries())
        .extracting(Entry::slot)
        .containsExactly(before, before - 36_000 + 10);
  }

  @Test
  void countingAllocatesNothing() {
    DecisionLog real = new DecisionLog(Time.system(), 1000, 1);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    write(real, 200_000);
    long before = threads.getThreadAllocatedBytes(thread);
    write(real, 1_000_000);
    long bytes = threads.getThreadAllocatedBytes(thread) - before;
    // The time of day is read once a second, and that makes an object.
    assertThat(bytes).isLessThan(10_000);
  }

  private static void write(DecisionLog log, int times) {
    for (int i = 0; i < times; i++) {
      log.allowed(FREE, "ip:192.0.2.1", 1);
      log.refused(FREE, "ip:192.0.2.2", 1, Outcome.DENIED, 5);
    }
  }

  @Test
  void nothingIsLostOrDoubledWhileManyWriteAndOneReads() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("DecisionLogTest seed " + seed);
    DecisionLog shared = new DecisionLog(time, 3000, 2);
    AtomicLong written = new AtomicLong();
    int writers = 3;
    CountDownLatch done = new CountDownLatch(writers);
    List<Thread> all = new ArrayList<>();
    for (int w = 0; w < writers; w++) {
      Random random = new Random(seed + w);
      all.add(
          new Thread(
              () -> {
                for (int i = 0; i < 100_000; i++) {
                  shared.allowed(FREE, "ip:192.0.2." + random.nextInt(50), 1);
                  written.incrementAndGet();
                  if (random.nextInt(1000) == 0) {
                    time.turn(SLOT);
                  }
                }
                done.countDown();
              }));
    }
    all.forEach(Thread::start);
    long read = 0;
    while (done.getCount() > 0) {
      read += tokens(shared.drain());
    }
    time.turn(SLOT);
    read += tokens(shared.drain());
    assertThat(read).isEqualTo(written.get());
  }

  private static long tokens(Drained drained) {
    return drained.missed() + drained.entries().stream().mapToLong(Entry::tokensTaken).sum();
  }
}
