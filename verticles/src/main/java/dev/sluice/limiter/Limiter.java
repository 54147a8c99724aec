package dev.sluice.limiter;

import io.vertx.core.Future;

/** Decides whether a client may do something now. */
public interface Limiter {
  /**
   * Takes {@code cost} tokens from the client's bucket under {@code policy}, if it has them.
   *
   * @param client whoever shares one bucket, such as {@code ip:192.0.2.1}
   * @param cost 1 or more
   * @return never fails: when the limiter cannot count, the policy's {@link Policy.Loss} decides
   */
  Future<Decision> take(Policy policy, String client, int cost);
}
