package dev.sluice.limiter;

/** What a node wants of one bucket. */
final class Ask {
  private static final int[] NOBODY = {};

  private final int debt;
  private final long charge;
  private final int[] costs;
  private final int lease;

  /**
   * @param debt tokens spent ahead on debt, which the bucket does not know of yet
   * @param charge other tokens to be debited whatever the level, such as settlements
   * @param costs of the requests that wait, first come first; each is granted whole or not at all
   * @param lease tokens to spend later without asking, wanted if no request is left waiting
   */
  Ask(int debt, long charge, int[] costs, int lease) {
    this.debt = debt;
    this.charge = charge;
    this.costs = costs;
    this.lease = lease;
  }

  static Ask debit(long tokens) {
    return new Ask(0, tokens, NOBODY, 0);
  }

  static Ask one(int cost) {
    return new Ask(0, 0, new int[] {cost}, 0);
  }

  int debt() {
    return debt;
  }

  long charge() {
    return charge;
  }

  int[] costs() {
    return costs;
  }

  int lease() {
    return lease;
  }

  long debit() {
    return debt + charge;
  }

  boolean wantsNothing() {
    return debit() == 0 && costs.length == 0 && lease == 0;
  }
}
