package dev.sluice.platform.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class TurnedTimeTest {

  @Test
  void itStandsStillUntilTurned() {
    TurnedTime time = new TurnedTime(Instant.EPOCH);
    assertThat(time.now()).isEqualTo(Instant.EPOCH);
    time.turn(Duration.ofSeconds(2));
    assertThat(time.now()).isEqualTo(Instant.ofEpochSecond(2));
    assertThat(time.nanos()).isEqualTo(2_000_000_000L);
    assertThatThrownBy(() -> time.turn(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aJumpMovesOnlyTheTimeOfDay() {
    TurnedTime time = new TurnedTime(Instant.EPOCH);
    time.jump(Duration.ofSeconds(-5));
    assertThat(time.now()).isEqualTo(Instant.ofEpochSecond(-5));
    assertThat(time.nanos()).isZero();
  }

  @Test
  void theSystemsTimeGoesOn() {
    long before = Time.system().nanos();
    assertThat(Time.system().now()).isAfter(Instant.parse("2024-01-01T00:00:00Z"));
    assertThat(Time.system().nanos()).isGreaterThanOrEqualTo(before);
  }
}
