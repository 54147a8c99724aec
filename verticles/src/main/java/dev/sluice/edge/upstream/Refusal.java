package dev.sluice.edge.upstream;

/**
 * Nobody is to be asked.
 *
 * @param retryAfterMillis when it may be otherwise, at least 1; 0 where that is not known
 */
public record Refusal(Reason reason, long retryAfterMillis) implements Pick {

  /** Why. */
  public enum Reason {
    /** No target has the labels. */
    NO_HEALTHY,
    /** Too much fails: the breaker of the upstream or those of all its targets are open. */
    OPEN,
    /** {@code max_in_flight} requests are under way. */
    FULL
  }

  static final Refusal NO_HEALTHY = new Refusal(Reason.NO_HEALTHY, 0);
  static final Refusal FULL = new Refusal(Reason.FULL, 0);

  static Refusal open(long millis) {
    return new Refusal(Reason.OPEN, millis);
  }
}
