package dev.sluice.limiter;

/**
 * What a limiter said.
 *
 * @param policy the policy that decided
 * @param outcome ALLOWED, DENIED (over the limit), or UNKNOWN (it could not count, and the policy
 *     is closed then)
 * @param remaining whole tokens left; an estimate, others may be taking them
 * @param retryMillis when not ALLOWED, how long until it is worth asking again
 */
public record Decision(Policy policy, Outcome outcome, long remaining, long retryMillis) {

  /** What was decided. */
  public enum Outcome {
    ALLOWED,
    DENIED,
    UNKNOWN
  }

  public static Decision allowed(Policy policy, long remaining) {
    return new Decision(policy, Outcome.ALLOWED, remaining, 0);
  }

  public static Decision denied(Policy policy, long retryMillis) {
    return new Decision(policy, Outcome.DENIED, 0, retryMillis);
  }

  public boolean allowed() {
    return outcome == Outcome.ALLOWED;
  }
}
