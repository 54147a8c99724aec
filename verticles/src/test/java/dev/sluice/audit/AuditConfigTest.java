package dev.sluice.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.platform.config.Config;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AuditConfigTest {
  @Test
  void defaultsAreThese() {
    assertThat(Config.defaults(AuditVerticle.SECTION))
        .isEqualTo(new AuditConfig(Duration.ofSeconds(5)));
    assertThat(Config.undeclaredLimits(AuditVerticle.SECTION)).isEmpty();
  }
}
