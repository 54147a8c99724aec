package dev.sluice.edge.route;

import dev.sluice.platform.config.Setting;
import java.util.Map;

/**
 * An upstream that is sent copies of requests, as they are, with credentials, and with {@code
 * X-Mirrored: sluice}; nobody waits for what it answers. There is a copy only of what goes to the
 * route's upstream (not of what the cache answers, and not of WebSockets), and only with a body of
 * at most 64 KB. Beyond 100 copies under way on an event loop there are none.
 */
public record MirrorConfig(
    @Setting(doc = "The upstream; empty: none.", def = "", max = 100) String upstream,
    @Setting(doc = "Labels its targets must have.", keys = Setting.Keys.TEXT)
        Map<String, String> subset,
    @Setting(doc = "How many of the requests.", def = "100", min = 0, max = 100, unit = "percent")
        int percent) {}
