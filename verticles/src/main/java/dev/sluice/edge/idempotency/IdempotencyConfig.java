package dev.sluice.edge.idempotency;

import dev.sluice.platform.config.Setting;
import java.time.Duration;

/**
 * Whether requests that say so with an {@code Idempotency-Key} are done once only: a second one
 * with the key gets the answer of the first. That holds for answers that came whole and are no
 * failure (5xx, 408, 425, 429). When one did not come, or the node died meanwhile, the request may
 * have been done, and a second one is done again: at least once is all that is promised then.
 */
public record IdempotencyConfig(
    @Setting(
            doc =
                "Whether a request other than GET, HEAD, OPTIONS and TRACE with an Idempotency-Key"
                    + " is sent once only, and repetitions get the same answer; of bodies up to"
                    + " 256 KB.",
            def = "false")
        boolean enabled,
    @Setting(
            doc = "How long an answer is kept for repetitions.",
            def = "24h",
            min = 1000,
            max = 30L * 24 * 3_600_000)
        Duration ttl,
    @Setting(
            doc =
                "Without Redis: 'closed' answers 503, 'open' sends requests with a key as if they"
                    + " had none, also twice.",
            def = "closed")
        Loss onRedisLoss) {

  /** What becomes of requests with a key while nobody knows what was done with it. */
  public enum Loss {
    CLOSED,
    OPEN
  }
}
