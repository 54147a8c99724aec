package dev.sluice.edge.upstream;

import dev.sluice.platform.config.Setting;
import java.time.Duration;

/** When a target is not asked any more because it fails too often. */
public record BreakerConfig(
    @Setting(
            doc = "Percent of the requests that fail when it opens; 0: never.",
            def = "50",
            min = 0,
            max = 100)
        int failures,
    @Setting(doc = "Over how long that is counted.", def = "10s", min = 100, max = 600_000)
        Duration window,
    @Setting(
            doc =
                "Requests to one target within that time before it can open; for the whole upstream"
                    + " four times as many.",
            def = "20",
            min = 1,
            max = 100_000)
        int least,
    @Setting(
            doc = "How long nothing is asked when it is open.",
            def = "30s",
            min = 100,
            max = 3_600_000)
        Duration open,
    @Setting(
            doc =
                "Requests let through after that; if all succeed it closes, if one fails it opens.",
            def = "3",
            min = 1,
            max = 1000)
        int probes) {}
