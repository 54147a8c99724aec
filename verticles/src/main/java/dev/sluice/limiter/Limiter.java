package dev.sluice.limiter;

import io.vertx.core.Future;

/**
 * Decides under one policy whether a client may do something now. Safe to use from every event loop
 * of a node, and never blocks.
 *
 * <p>A client is whoever shares one bucket, such as {@code ip:192.0.2.1}. A cost is 1 or more; one
 * above the burst counts as the burst, because it could never be paid otherwise.
 */
public interface Limiter {
  /** {@link #tryTake} cannot tell; {@link #take} can. */
  long ASK = Long.MIN_VALUE;

  Policy policy();

  /**
   * Decides if this node can do so alone; allocates nothing.
   *
   * @return 0 or more when allowed: the whole tokens left, an estimate; less when denied: the
   *     milliseconds until {@code cost} is there again, negated; or {@link #ASK}, and then nothing
   *     was taken
   */
  long tryTake(String client, int cost);

  /**
   * For how many milliseconds this node would refuse without asking; 0 if it would not. Takes
   * nothing, so that of several limits the one that refuses can be asked first.
   */
  long denied(String client);

  /**
   * Decides, after asking the ledger if need be; told on the event loop that asked.
   *
   * @return never fails: when nobody can count, the policy's {@link Policy.Loss} decides
   */
  Future<Decision> take(String client, int cost);

  /**
   * Gives back what was taken for a request that was then refused for another reason, if the ledger
   * has not heard of it; what came from a lease is lost.
   */
  void giveBack(String client, int cost);

  /**
   * Charges what a request turned out to cost beyond what it took. Never refused: a client that
   * cannot pay now has to wait longer later.
   */
  void settle(String client, int cost);
}
