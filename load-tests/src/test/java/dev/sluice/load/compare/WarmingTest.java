package dev.sluice.load.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class WarmingTest {

  @Test
  void itGoesOnAsLongAsRunsBecomeQuicker() throws Exception {
    assertThat(runs(30, i -> Math.min(i, 20) * 100)).isEqualTo(24);
  }

  @Test
  void aSlowRunInBetweenDoesNotEndIt() throws Exception {
    assertThat(runs(30, i -> i % 2 == 0 ? 100 : 100 * Math.min(i, 15))).isEqualTo(19);
  }

  @Test
  void thereIsALeastAndAMost() throws Exception {
    assertThat(runs(30, i -> 100)).isEqualTo(10);
    assertThat(runs(30, i -> 100 * i)).isEqualTo(30);
    assertThat(runs(3, i -> 100 * i)).isEqualTo(3);
  }

  private static int runs(int most, IntToDoubleFunction nth) throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Warming.of("a test", most, () -> nth.applyAsDouble(runs.incrementAndGet()));
    return runs.get();
  }
}
