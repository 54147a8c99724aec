package dev.sluice.limiter;

/** The limiters of one node. */
public interface Limiters {
  /**
   * The limiter of a policy. Policies are told apart by their names: one with a known name and
   * other figures takes the place of the older, and the buckets keep their level.
   */
  Limiter of(Policy policy);
}
