package dev.sluice.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@code -Dsluice.seed=N} runs one again, {@code -Dsluice.seeds=N} so many. */
final class SimulationTest {
  private static final long SEED = Long.getLong("sluice.seed", -1);
  private static final long SEEDS = Long.getLong("sluice.seeds", 2000);

  @Test
  void noWindowHasMoreThanTheBoundWhateverHappens() {
    long first = SEED >= 0 ? SEED : new Random().nextInt(1 << 30);
    long many = SEED >= 0 ? 1 : SEEDS;
    System.out.printf("simulating seeds %d to %d%n", first, first + many - 1);
    for (long seed = first; seed < first + many; seed++) {
      Scenario scenario = Scenario.random(seed);
      assertThat(Simulation.run(seed, scenario).violation())
          .as("seed %d, -Dsluice.seed=%d runs it again: %s", seed, seed, scenario)
          .isNull();
    }
  }
}
