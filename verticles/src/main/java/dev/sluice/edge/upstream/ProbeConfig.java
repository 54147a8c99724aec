package dev.sluice.edge.upstream;

import dev.sluice.platform.config.Setting;
import java.time.Duration;

/** How it is found out which targets are well. */
public record ProbeConfig(
    @Setting(
            doc =
                "What is asked of each target with GET; a 2xx or 3xx means it is well. Empty: nothing"
                    + " is asked.",
            def = "",
            max = 1024)
        String path,
    @Setting(doc = "How often.", def = "30s", min = 500, max = 3_600_000) Duration every,
    @Setting(
            doc = "How long the answer may take, at most 'every'.",
            def = "5s",
            min = 10,
            max = 60_000)
        Duration timeout,
    @Setting(
            doc = "Good answers in a row after which a target is used again.",
            def = "1",
            min = 1,
            max = 100)
        int healthyAfter,
    @Setting(
            doc = "Bad answers in a row after which a target is not used.",
            def = "2",
            min = 1,
            max = 100)
        int unhealthyAfter,
    @Setting(
            doc =
                "Requests in a row that failed (no connection, broken off, too late, 502, 503, 504)"
                    + " after which a target is not used for a while; 0: never.",
            def = "5",
            min = 0,
            max = 10_000)
        int ejectAfter,
    @Setting(
            doc =
                "For how long; each time it happens again soon, once more as long, ten times at most.",
            def = "30s",
            min = 100,
            max = 3_600_000)
        Duration ejectFor,
    @Setting(
            doc =
                "How many percent of the targets may be out for that at once; of two or more, one"
                    + " always may unless this is 0.",
            def = "50",
            min = 0,
            max = 100)
        int ejectAtMost) {

  public ProbeConfig {
    if (!path.isEmpty() && !path.matches("/[!-~&&[^#]]*")) {
      throw new IllegalArgumentException("path: empty, or a path such as /health");
    }
    if (timeout.compareTo(every) > 0) {
      throw new IllegalArgumentException("timeout: at most 'every'");
    }
  }
}
