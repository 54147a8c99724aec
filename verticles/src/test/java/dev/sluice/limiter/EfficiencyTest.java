package dev.sluice.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limiter.Policy.Algorithm;
import dev.sluice.limiter.Policy.Loss;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A limiter that lets nothing through keeps every bound: what is there must be given out too. */
final class EfficiencyTest {
  @ParameterizedTest
  @CsvSource({
    "3, 1000, 1000, 1, 3, false",
    "3, 1000, 1000, 1, 3, true",
    "10, 1000, 1000, 1, 5, false",
    "3, 1000, 50, 1, 3, false",
    "3, 10, 20, 0, 6, false",
    "3, 100, 200, 1, 3, true",
    "1, 100, 200, 1, 3, false",
  })
  void whoAsksForMoreGetsNearlyAll(
      int nodes, long rate, long burst, int debt, double offered, boolean skewed) {
    Policy policy =
        new Policy(
            "p",
            Algorithm.TOKEN_BUCKET,
            rate,
            Duration.ofSeconds(1),
            burst,
            false,
            debt,
            Duration.ZERO,
            Loss.CLOSED);
    Simulation run = Simulation.run(1, calm(policy, nodes, offered, skewed));
    assertThat(run.violation()).isNull();
    assertThat(run.total() / (double) run.ideal()).isGreaterThan(0.97);
  }

  @ParameterizedTest
  @CsvSource({"1, 100, 200", "3, 1000, 50", "3, 10, 20", "5, 100, 200"})
  void whoStaysBelowTheLimitMostlyGetsAllOfIt(int nodes, long rate, long burst) {
    Policy policy = Policy.perSecond("p", rate, burst);
    Simulation run = Simulation.run(1, calm(policy, nodes, 0.5, false));
    assertThat(run.total() / (double) run.ideal()).isGreaterThan(0.93);
  }

  private static Scenario calm(Policy policy, int nodes, double offered, boolean skewed) {
    return new Scenario(policy, nodes, offered, skewed, false, 0, 0, 0, 0, 0, 0, false, 1, 1000);
  }
}
