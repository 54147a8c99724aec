package dev.sluice.edge.guard;

import dev.sluice.platform.config.Setting;

/** HTTP/2 (RFC 9113). */
public record Http2Config(
    @Setting(doc = "Offer HTTP/2 to clients that come by TLS.", def = "true") boolean enabled,
    @Setting(
            doc =
                "A second port, for HTTP/2 in clear text by clients that know beforehand, such as"
                    + " gRPC's; nothing else is spoken there. 0: none.",
            def = "0",
            min = 0,
            max = 65_535)
        int clearTextPort,
    @Setting(doc = "Requests of one connection at once.", def = "100", min = 1, max = 100_000)
        int streams,
    @Setting(
            doc = "Streams a client may reset in 30 seconds; after more its connection is closed.",
            def = "200",
            min = 1,
            max = 1_000_000)
        int resets) {}
