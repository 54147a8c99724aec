package dev.sluice.limiter;

import dev.sluice.platform.config.Setting;

/** What the limiter of a node remembers. */
record LimiterConfig(
    @Setting(
            doc =
                "Buckets of clients a node holds at once, about 0.4 KB each. When there are more,"
                    + " those that matter least are forgotten; no limit is exceeded by that.",
            def = "100000",
            min = 100,
            max = 10_000_000)
        int buckets,
    @Setting(
            doc = "Decisions remembered to explain and preview limits, by client and 100 ms.",
            def = "20000",
            min = 1000,
            max = 10_000_000)
        int decisions) {}
