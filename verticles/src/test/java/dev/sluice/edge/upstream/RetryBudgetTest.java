package dev.sluice.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
  private static final long SECOND = 1_000_000_000L;

  private static int given(RetryBudget budget, int asked, long now) {
    int given = 0;
    for (int i = 0; i < asked; i++) {
      given += budget.tryRetry(now) ? 1 : 0;
    }
    return given;
  }

  private static void requests(RetryBudget budget, int count, long now) {
    for (int i = 0; i < count; i++) {
      budget.requested(now);
    }
  }

  @Test
  void aShareOfTheRequestsOfTheLastTenSecondsAndAFewAnyway() {
    RetryBudget budget = new RetryBudget(10, 3);
    assertThat(given(budget, 100, 0)).as("without any request").isEqualTo(30);
    requests(budget, 1000, 0);
    assertThat(given(budget, 1000, 0)).isEqualTo(100);
    assertThat(given(budget, 1000, 5 * SECOND)).as("in the same window").isZero();
    assertThat(given(budget, 1000, 11 * SECOND)).as("those of before are over").isEqualTo(30);
  }

  @Test
  void theShareIsOfRequestsAndNotOfRetries() {
    RetryBudget budget = new RetryBudget(50, 0);
    requests(budget, 10, 0);
    assertThat(given(budget, 100, 0)).isEqualTo(5);
    requests(budget, 10, SECOND);
    assertThat(given(budget, 100, SECOND)).isEqualTo(5);
  }

  @Test
  void zeroPercentIsNone() {
    RetryBudget budget = new RetryBudget(0, 3);
    requests(budget, 1000, 0);
    assertThat(given(budget, 10, 0)).isZero();
  }

  @Test
  void whatIsNoShareIsRefused() {
    assertThatThrownBy(() -> new RetryBudget(101, 3)).hasMessageContaining("0 to 100");
    assertThatThrownBy(() -> new RetryBudget(10, -1)).hasMessageContaining("0 or more");
  }

  @Test
  void severalAtOnceNeverGetMoreThanThereIs() throws Exception {
    RetryBudget budget = new RetryBudget(10, 0);
    requests(budget, 10_000, 0);
    AtomicInteger given = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<Future<?>> done = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      done.add(pool.submit(() -> given.addAndGet(given(budget, 50_000, 0))));
    }
    for (Future<?> each : done) {
      each.get(60, TimeUnit.SECONDS);
    }
    pool.shutdown();
    assertThat(given.get() + given(budget, 10_000, 0)).isEqualTo(1000);
  }

  @Test
  void countsThatWouldNotFitKeepTheirRatio() {
    RollingCounts counts = new RollingCounts(Duration.ofSeconds(10));
    for (int i = 0; i < 3_000_000; i++) {
      counts.add(0, 1, i % 4 == 0 ? 1 : 0);
    }
    long sum = counts.sum(0);
    assertThat(RollingCounts.events(sum)).isGreaterThan(500_000);
    assertThat(RollingCounts.marked(sum) * 4.0 / RollingCounts.events(sum)).isBetween(0.99, 1.01);
  }

  @Test
  void aThreadWithAnOlderClockDoesNotUndoATenth() {
    RollingCounts counts = new RollingCounts(Duration.ofSeconds(10));
    counts.add(10 * SECOND, 1, 1);
    counts.add(0, 1, 0); // the same place, one turn ago
    assertThat(RollingCounts.events(counts.sum(10 * SECOND))).isEqualTo(2);
    assertThat(RollingCounts.marked(counts.sum(9 * SECOND)))
        .as("seen by who is a little late")
        .isEqualTo(1);
  }
}
