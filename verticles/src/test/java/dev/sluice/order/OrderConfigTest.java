package dev.sluice.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.platform.config.Config;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OrderConfigTest {
  @Test
  void defaultsAreThese() {
    assertThat(Config.defaults(OrderVerticle.SECTION))
        .isEqualTo(new OrderConfig(Duration.ofSeconds(5), Duration.ofMinutes(1), 1000));
    assertThat(Config.undeclaredLimits(OrderVerticle.SECTION)).isEmpty();
  }
}
