package dev.sluice.platform.health;

import dev.sluice.platform.config.Section;
import dev.sluice.platform.config.Setting;
import java.time.Duration;

/** Section {@code health}: how often the things this node needs are checked. */
public record HealthConfig(
    @Setting(doc = "Time between two runs of a check.", def = "1s", min = 100, max = 60_000)
        Duration interval,
    @Setting(doc = "How long a check may take.", def = "2s", min = 100, max = 60_000)
        Duration timeout) {

  public static final Section<HealthConfig> SECTION = new Section<>("health", HealthConfig.class);
}
