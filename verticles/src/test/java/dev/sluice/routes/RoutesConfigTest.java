package dev.sluice.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.platform.config.Config;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RoutesConfigTest {
  @Test
  void defaultsAreThese() {
    assertThat(Config.defaults(RoutesVerticle.SECTION))
        .isEqualTo(new RoutesConfig(Duration.ofSeconds(5), 1000));
    assertThat(Config.undeclaredLimits(RoutesVerticle.SECTION)).isEmpty();
  }
}
