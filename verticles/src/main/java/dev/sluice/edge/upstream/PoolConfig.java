package dev.sluice.edge.upstream;

import dev.sluice.platform.config.Setting;
import java.time.Duration;

/** Connections to a target. Each event loop has its share of them. */
public record PoolConfig(
    @Setting(
            doc =
                "Connections to one address at once; with http2, requests at once, a hundred to a"
                    + " connection.",
            def = "1000",
            min = 1,
            max = 100_000)
        int size,
    @Setting(
            doc = "Requests that may wait for a connection to one address; more fail at once.",
            def = "1000",
            min = 0,
            max = 100_000)
        int waiting,
    @Setting(
            doc =
                "How long a connection without requests is kept; better shorter than the target keeps"
                    + " it.",
            def = "60s",
            min = 1000,
            max = 3_600_000)
        Duration keepAlive) {

  /** The share of one of so many event loops, at least one. */
  int sizeOf(int loops) {
    return (size + loops - 1) / loops;
  }

  /** The share of one of so many event loops. */
  int waitingOf(int loops) {
    return (waiting + loops - 1) / loops;
  }
}
