package dev.sluice.edge.route;

import dev.sluice.platform.config.Setting;
import java.time.Duration;

/** WebSockets on a route. */
public record WebSocketConfig(
    @Setting(doc = "Whether they are passed on.", def = "true") boolean enabled,
    @Setting(
            doc = "One on which nothing was said for this long is closed.",
            def = "10m",
            min = 1000,
            max = 86_400_000)
        Duration idle,
    @Setting(
            doc = "How often both sides are pinged; 0s: never.",
            def = "30s",
            min = 0,
            max = 3_600_000)
        Duration ping) {}
