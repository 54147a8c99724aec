package dev.sluice.edge.guard;

import dev.sluice.platform.config.Setting;
import java.time.Duration;

/** How slow a client may be before its connection is closed. */
public record SlowConfig(
    @Setting(
            doc =
                "From the connection, or from the first byte of a later request, to the end of its"
                    + " headers; longer is answered with 408, and if nothing came at all just closed. Also how long a TLS handshake may take.",
            def = "10s",
            min = 100,
            max = 600_000)
        Duration head,
    @Setting(
            doc =
                "Least bytes a second of a request body, on average over slow.body_grace. Only while the"
                    + " gateway is willing to read; 0: no least.",
            def = "256",
            min = 0,
            max = 1_073_741_824,
            unit = Setting.BYTES)
        int bodyRate,
    @Setting(
            doc = "How long a body may be slower than that.",
            def = "10s",
            min = 100,
            max = 600_000)
        Duration bodyGrace,
    @Setting(
            doc = "How long a client may take nothing of a response that waits for it.",
            def = "30s",
            min = 100,
            max = 600_000)
        Duration response) {}
