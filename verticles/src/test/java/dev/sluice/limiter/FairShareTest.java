package dev.sluice.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairShareTest {
  private static final int NODES = 3;
  private static final long SECONDS = 60;
  private static final long STEP_NANOS = 200_000;

  @ParameterizedTest
  @CsvSource({"10,1", "10,5", "10,20", "100,3", "100,200", "1000,3", "1000,1000"})
  void nodesThatCountAloneLetTheLimitThroughTogether(long rate, long burst) {
    Terms terms = Terms.of(Policy.perSecond("p", rate, burst), NODES);
    FairShare share = new FairShare(terms, 0, 0, 0);
    long admitted = 0;
    for (long now = 0; now < SECONDS * 1_000_000_000L; now += STEP_NANOS) {
      if (share.take(1, now) >= 0) {
        admitted++;
      }
    }
    assertThat(NODES * admitted / (double) SECONDS)
        .isCloseTo((double) rate, Percentage.withPercentage(10));
  }
}
