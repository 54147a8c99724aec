package dev.sluice.platform.outbox;

import dev.sluice.platform.config.Section;
import dev.sluice.platform.config.Setting;
import java.time.Duration;

/**
 * Section {@code outbox}: how the relay goes about it.
 *
 * @param batch most events in one transaction of Kafka
 * @param batchBytes a batch ends after the event that reaches this size
 * @param poll how often the relay looks when nobody wakes it
 * @param takeover how often a node that is not the relay tries to become it
 * @param backoff longest pause after repeated failures; the first is 100 ms, then it doubles
 * @param sessionLimit the server takes the relay's lock away when it hears nothing for this long
 */
public record OutboxConfig(
    @Setting(doc = "Most events in one batch.", def = "500", min = 1, max = 500) int batch,
    @Setting(
            doc = "A batch ends after the event that reaches this size.",
            def = "4MB",
            min = 1024,
            max = 16_777_216,
            unit = Setting.BYTES)
        int batchBytes,
    @Setting(
            doc = "How often the relay looks for events when nobody wakes it.",
            def = "1s",
            min = 50,
            max = 60_000)
        Duration poll,
    @Setting(
            doc = "How often a node that is not the relay tries to become it.",
            def = "1s",
            min = 50,
            max = 60_000)
        Duration takeover,
    @Setting(
            doc = "Longest pause after repeated failures; it starts at 100 ms and doubles.",
            def = "2s",
            min = 100,
            max = 60_000)
        Duration backoff,
    @Setting(
            doc = "The database takes the relay's lock away when it hears nothing for this long.",
            def = "5s",
            min = 3000,
            max = 600_000)
        Duration sessionLimit) {

  public static final Section<OutboxConfig> SECTION = new Section<>("outbox", OutboxConfig.class);

  /** Everything at its default. */
  public static OutboxConfig defaults() {
    return new OutboxConfig(
        500,
        4 * 1024 * 1024,
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5));
  }
}
