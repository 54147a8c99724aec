package dev.sluice.limiter;

/**
 * What the limiter said.
 *
 * @param policy the policy that decided
 * @param outcome ALLOWED, DENIED (over the limit), or UNKNOWN (it could not count, and the policy
 *     is closed then)
 * @param remaining whole tokens left; an estimate, others may be taking them
 * @param retryMillis when DENIED, how long until {@code cost} tokens are there again
 * @param resetMillis how long until the bucket is full again
 */
public record Decision(
    Policy policy, Outcome outcome, long remaining, long retryMillis, long resetMillis) {

  /** What was decided. */
  public enum Outcome {
    ALLOWED,
    DENIED,
    UNKNOWN
  }

  public boolean allowed() {
    return outcome == Outcome.ALLOWED;
  }
}
