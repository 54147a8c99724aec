package dev.sluice.edge.route;

import dev.sluice.platform.config.Setting;
import java.time.Duration;
import java.util.List;

/** Whether an upstream is asked again after a failure. */
public record RetryConfig(
    @Setting(doc = "How often it is asked again; 0: never.", def = "0", min = 0, max = 10)
        int attempts,
    @Setting(
            doc =
                "After what: no connection, no answer in time, a connection lost before the answer,"
                    + " or a status.",
            def = "connect, reset, timeout, 502, 503, 504",
            min = 1,
            max = 20,
            allowed = {"connect", "reset", "timeout", "425", "429", "500", "502", "503", "504"})
        List<String> on,
    @Setting(
            doc =
                "Requests of which methods: 'idempotent' are GET, HEAD, OPTIONS, PUT, DELETE and"
                    + " TRACE, and what has an Idempotency-Key.",
            def = "idempotent",
            min = 1,
            max = 20,
            allowed = {
              "idempotent",
              "GET",
              "HEAD",
              "OPTIONS",
              "PUT",
              "DELETE",
              "TRACE",
              "POST",
              "PATCH"
            })
        List<String> methods,
    @Setting(
            doc = "Longest wait for one try; 0s: the upstream's response_timeout.",
            def = "0s",
            min = 0,
            max = 3_600_000)
        Duration perTry,
    @Setting(
            doc = "Repeats may be this many of the route's requests, hedged ones with them.",
            def = "10",
            min = 0,
            max = 100,
            unit = "percent")
        int budget) {}
