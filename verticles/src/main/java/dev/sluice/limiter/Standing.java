package dev.sluice.limiter;

/** What the ledger said last of a bucket, and what follows from it. */
final class Standing {
  private static final long MILLI = 1_000_000;

  private volatile long level;
  private volatile long deniedUntil;
  private boolean answered;
  private long levelAt;
  private boolean barred;
  private long barredUntil;

  /** For how long nobody needs to ask, because the ledger said that nothing is there. */
  long deniedMillis(long now) {
    long wait = deniedUntil - now;
    return wait <= 0 ? 0 : wait / MILLI + 1;
  }

  long level() {
    return level;
  }

  void answered(Answer answer, Terms terms, long now) {
    level = answer.level();
    levelAt = now;
    answered = true;
    barred = false;
    deniedUntil = 0;
    if (isEmpty()) {
      bar(now + terms.barNanos());
      deniedUntil = now + Math.max(1, answer.waitMillis()) * MILLI;
    }
  }

  /** The limit was changed: what was refused was refused by the old one. */
  void mayAsk() {
    deniedUntil = 0;
  }

  boolean isEmpty() {
    return level < 1;
  }

  /** Until then, or until the ledger has granted something, no debt may be taken. */
  void bar(long until) {
    barred = true;
    barredUntil = until;
  }

  boolean isBarred(long now) {
    return barred && now < barredUntil;
  }

  long barredUntil() {
    return barred ? barredUntil : 0;
  }

  void reset() {
    answered = false;
    level = 0;
    barred = false;
    deniedUntil = 0;
  }

  /** How long ago the ledger answered; -1 for never. */
  long ageMillis(long now) {
    return answered ? (now - levelAt) / MILLI : -1;
  }

  /** Tokens left as far as this node can know: what was said last, and what came since. */
  long remaining(Policy policy, long now) {
    long age = now - levelAt;
    long window = policy.window().toNanos();
    if (!answered) {
      return policy.burst();
    }
    if (policy.algorithm() == Policy.Algorithm.SLIDING_WINDOW) {
      return age > 2 * window ? policy.burst() : Math.max(0, level);
    }
    long refilled = (long) ((double) policy.quota() * age / window);
    return Math.max(0, Math.min(policy.burst(), level + refilled));
  }
}
