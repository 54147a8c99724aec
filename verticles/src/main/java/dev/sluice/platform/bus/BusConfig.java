package dev.sluice.platform.bus;

import dev.sluice.platform.config.Section;
import dev.sluice.platform.config.Setting;
import java.time.Duration;

/** Limits of the bus. */
public record BusConfig(
    @Setting(
            doc = "How long a call may take, all its hops and repeats included.",
            def = "5s",
            min = 50,
            max = 300_000)
        Duration deadline,
    @Setting(
            doc = "Wait before a call is repeated that found no room to serve it.",
            def = "50ms",
            min = 1,
            max = 5_000)
        Duration retryPause,
    @Setting(
            doc = "Calls of this node that may wait for an answer at once; more fail with 503.",
            def = "10000",
            min = 1,
            max = 1_000_000)
        int maxWaiting,
    @Setting(
            doc = "Calls one room may work on at once; more fail with 503.",
            def = "1000",
            min = 1,
            max = 100_000)
        int maxPerRoom,
    @Setting(
            doc = "Ask a room on this node, where there is one, before those on other nodes.",
            def = "true")
        boolean localFirst) {

  public static final Section<BusConfig> SECTION = new Section<>("bus", BusConfig.class);
}
