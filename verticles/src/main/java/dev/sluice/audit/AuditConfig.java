package dev.sluice.audit;

import dev.sluice.platform.config.Setting;
import java.time.Duration;

/**
 * Section {@code audit}: limits of the audit room.
 *
 * @param drain how long a stop waits for the calls being worked on
 */
record AuditConfig(
    @Setting(
            doc = "How long a stop waits for calls being worked on.",
            def = "5s",
            min = 0,
            max = 60_000)
        Duration drain) {}
