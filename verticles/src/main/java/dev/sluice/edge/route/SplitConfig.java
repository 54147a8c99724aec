package dev.sluice.edge.route;

import dev.sluice.platform.config.Setting;
import java.util.Map;

/** One of several upstreams that share the requests of a route. */
public record SplitConfig(
    @Setting(doc = "The upstream.", def = "", max = 100) String upstream,
    @Setting(doc = "Labels its targets must have.", keys = Setting.Keys.TEXT)
        Map<String, String> subset,
    @Setting(
            doc = "Its share of the requests: its weight of all weights together.",
            def = "1",
            min = 0,
            max = 1_000_000)
        int weight) {}
