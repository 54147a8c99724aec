package dev.sluice.edge.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.Waiting;
import dev.sluice.platform.time.Time;
import dev.sluice.platform.time.TurnedTime;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class DeadlinesTest {
  private static final long SEED = Long.getLong("sluice.seed", System.nanoTime());

  private static final class Noted extends Deadlines.Limit {
    private final long wanted;
    private final long set;
    private final AtomicInteger fired;
    private volatile long after = -1;

    Noted(long wanted, AtomicInteger fired) {
      this.wanted = wanted;
      this.set = Time.system().nanos();
      this.fired = fired;
    }

    @Override
    protected void late() {
      after = Time.system().nanos() - set;
      fired.incrementAndGet();
    }
  }

  @Test
  void firesThoseThatWereNotTakenBackAndNeverEarly(Vertx vertx) throws Exception {
    System.out.println("DeadlinesTest: seed " + SEED);
    Random random = new Random(SEED);
    AtomicInteger fired = new AtomicInteger();
    List<Noted> kept = new ArrayList<>();
    List<Noted> takenBack = new ArrayList<>();
    CountDownLatch set = new CountDownLatch(1);
    vertx.runOnContext(
        here -> {
          Deadlines deadlines = new Deadlines(vertx, Time.system());
          for (int i = 0; i < 2000; i++) {
            Noted noted = new Noted(random.nextInt(600), fired);
            deadlines.in(noted.wanted, noted);
            (random.nextBoolean() ? kept : takenBack).add(noted);
          }
          takenBack.forEach(deadlines::cancel);
          takenBack.forEach(deadlines::cancel); // twice does no harm
          set.countDown();
        });
    assertTrue(set.await(5, TimeUnit.SECONDS));
    Waiting.until("all have fired", Duration.ofSeconds(20), () -> fired.get() >= kept.size());
    for (Noted noted : kept) {
      assertTrue(
          noted.after >= noted.wanted * 1_000_000, noted.after + " ns for " + noted.wanted + " ms");
    }
    for (Noted noted : takenBack) {
      assertEquals(-1, noted.after);
    }
    assertEquals(kept.size(), fired.get());
  }

  /** A defect in one must not take the others' limits with it. */
  @Test
  void oneThatFailsDoesNotHoldUpTheOthers(Vertx vertx) throws Exception {
    AtomicInteger fired = new AtomicInteger();
    vertx.runOnContext(
        here -> {
          Deadlines deadlines = new Deadlines(vertx, Time.system());
          for (int i = 0; i < 3; i++) {
            deadlines.in(
                10,
                new Deadlines.Limit() {
                  @Override
                  protected void late() {
                    throw new IllegalStateException("meant to be");
                  }
                });
            deadlines.in(10 + 50 * i, new Noted(10, fired));
          }
        });
    Waiting.until("all have fired", Duration.ofSeconds(20), () -> fired.get() == 3);
  }

  /** One beyond a turn of the wheel lies in a slot that comes by earlier, too. */
  @Test
  void waitsForAsManyTurnsAsItTakes(Vertx vertx) throws Exception {
    TurnedTime turned = new TurnedTime();
    AtomicInteger fired = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(1);
    long turn = 512L * Deadlines.TICK;
    vertx.runOnContext(
        here -> {
          Deadlines deadlines = new Deadlines(vertx, turned);
          Noted near = new Noted(100, fired);
          Noted far = new Noted(turn + 100, fired);
          deadlines.in(near.wanted, near);
          deadlines.in(far.wanted, far);
          turned.turn(Duration.ofMillis(140));
          vertx.setTimer(
              3 * Deadlines.TICK,
              later -> {
                assertEquals(1, fired.get());
                assertFalse(far.after >= 0);
                turned.turn(Duration.ofMillis(turn));
                vertx.setTimer(3 * Deadlines.TICK, latest -> done.countDown());
              });
        });
    assertTrue(done.await(5, TimeUnit.SECONDS));
    assertEquals(2, fired.get());
  }
}
