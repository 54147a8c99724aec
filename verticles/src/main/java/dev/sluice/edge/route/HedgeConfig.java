package dev.sluice.edge.route;

import dev.sluice.platform.config.Setting;
import java.time.Duration;

/**
 * Whether a second target is asked when the first one is slow; of GET and HEAD only, and only if
 * there is another one. It comes out of {@code retry.budget}, and counts as one of {@code
 * retry.attempts}. The first answer is passed on, but for a status of {@code retry.on} while the
 * other one may still answer.
 */
public record HedgeConfig(
    @Setting(
            doc = "How long to wait for the first; 0s: a second one is not asked.",
            def = "0s",
            min = 0,
            max = 600_000)
        Duration after) {}
