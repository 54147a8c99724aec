package dev.sluice.routes;

import dev.sluice.platform.config.Setting;
import java.time.Duration;

/**
 * Section {@code routes}: limits of the room that keeps changed routes.
 *
 * @param drain how long a stop waits for the calls being worked on
 * @param keep versions that are kept, the newest included
 */
record RoutesConfig(
    @Setting(
            doc = "How long a stop waits for calls being worked on.",
            def = "5s",
            min = 0,
            max = 60_000)
        Duration drain,
    @Setting(
            doc =
                "Versions of the routes that are kept to go back to; the oldest go when new ones"
                    + " come.",
            def = "1000",
            min = 1,
            max = 100_000)
        int keep) {}
