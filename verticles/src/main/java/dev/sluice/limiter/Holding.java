package dev.sluice.limiter;

import dev.sluice.limiter.Waiters.Waiting;
import java.util.ArrayList;
import java.util.List;

/**
 * What one node holds of one bucket: a lease of tokens it may spend, a debt for what it spent
 * ahead, and the requests that wait for the ledger. Pure: it is told the time, and what it wants of
 * the ledger it says in {@link #ask}.
 *
 * <p>A lease was taken out of the bucket before it is spent, lives {@link Terms#LEASE_NANOS} from
 * when it was <em>asked for</em>, and is never given back. A debt is at most {@link Terms#debt}
 * until the bucket is known to have taken it, and is not taken at all by whom the bucket refused.
 * Whatever cannot be decided from these waits for the ledger. docs/rate-limiting.md has the proof.
 *
 * <p>All but {@link #tryTake} happens under this object's lock, once a lease or once a flush.
 *
 * @param <W> a request that waits
 */
final class Holding<W> {
  private static final long MILLI = 1_000_000;

  /** What {@link #take} answers when this is no longer in use: look the bucket up again. */
  static final long RETIRED = Long.MIN_VALUE + 1;

  final String policy;
  final String client;

  private final Lease lease;
  private final Standing standing = new Standing();
  private volatile boolean queued;

  private int debt;
  private long charge;
  private Ask asked;
  private long askedAt;
  private final Waiters<W> waiting = new Waiters<>();
  private FairShare fairShare;
  private long shareFullAt;
  private boolean retired;
  private int losses;
  volatile long lastUse;

  /**
   * @param losses how often the ledger has lost its data so far
   */
  Holding(String policy, String client, long now, int losses) {
    this.policy = policy;
    this.client = client;
    this.losses = losses;
    this.lastUse = now;
    this.lease = new Lease(now);
  }

  /** {@link Limiter#tryTake}: from the lease, or refused by what the ledger said last. */
  long tryTake(int cost, long now) {
    long left = lease.spend(cost, now);
    if (left >= 0) {
      return left + Math.max(0, standing.level());
    }
    long wait = standing.deniedMillis(now);
    return wait == 0 ? Limiter.ASK : -wait;
  }

  /** {@link Limiter#denied}. */
  long denied(long now) {
    return lease.isEmpty(now) ? standing.deniedMillis(now) : 0;
  }

  /** Whether the lease is so low that more should be asked for. */
  boolean low() {
    return !queued && lease.low();
  }

  /** Notes that this bucket shall be asked about; false if it was before. */
  synchronized boolean queue() {
    boolean first = !queued;
    queued = true;
    return first;
  }

  /**
   * Takes what {@link #tryTake} could not.
   *
   * @return as {@code tryTake}, but ASK means that {@code who} waits; then an {@link #ask} is due,
   *     as it is if {@link #owes}
   */
  synchronized long take(W who, int cost, Terms terms, long now) {
    if (retired) {
      return RETIRED;
    }
    lastUse = now;
    lease.turn(now);
    long left = tryTake(cost, now);
    if (left != Limiter.ASK) {
      return left;
    }
    if (mayOwe(cost, terms, now)) {
      debt = cost;
      lease.spentElsewhere(cost);
      return Math.max(0, standing.remaining(terms.policy(), now) - cost);
    }
    return waiting.add(who, cost, now) ? Limiter.ASK : -Terms.PATIENCE_NANOS / MILLI;
  }

  /** Takes from this node's share, because the ledger cannot be asked. */
  synchronized long takeShare(int cost, Terms terms, long now) {
    if (retired) {
      return RETIRED;
    }
    lastUse = now;
    lease.turn(now);
    long left = tryTake(cost, now);
    if (left != Limiter.ASK) {
      return left;
    }
    if (fairShare == null) {
      fairShare = new FairShare(terms, standing.remaining(terms.policy(), now), shareFullAt, now);
    }
    return fairShare.take(cost, now);
  }

  /** Undoes a debt the ledger has not heard of; a token of a lease is lost. */
  synchronized void giveBack(int cost) {
    int unheard = debt - (asked == null ? 0 : asked.debt());
    debt -= Math.min(cost, Math.max(0, unheard));
  }

  /** Charges; false if this was retired. */
  synchronized boolean settle(int cost, long now) {
    lastUse = now;
    charge += retired ? 0 : cost;
    return !retired;
  }

  /** Whether the ledger must hear something even if nobody waits. */
  synchronized boolean owes() {
    return charge > 0 || debt > 0 || !waiting.isEmpty();
  }

  /**
   * What to ask the ledger now, or null if nothing.
   *
   * @param losses how often the ledger has lost its data so far
   */
  synchronized Ask ask(Terms terms, long now, int losses) {
    queued = false;
    if (asked != null && now - askedAt <= terms.answerNanos()) {
      return null; // its answer may still come
    }
    forgetAsked();
    lease.turn(now);
    report(terms, now, losses);
    int wanted = lease.wanted(terms.most(), now);
    Ask ask = new Ask(debt, charge, waiting.costs(), wanted);
    if (!ask.wantsNothing()) {
      charge = 0;
      asked = ask;
      askedAt = now;
    }
    return asked;
  }

  /**
   * Takes the ledger's answer. One that comes late, twice or out of turn says nothing.
   *
   * @return those who waited and wait no longer
   */
  synchronized List<Decided<W>> answered(Ask ask, Answer answer, Terms terms, long now) {
    if (asked != ask) {
      return List.of();
    }
    asked = null;
    lease.turn(now);
    debt -= ask.debt();
    standing.answered(answer, terms, now);
    long age = now - askedAt;
    List<Decided<W>> decided = new ArrayList<>(ask.costs().length);
    boolean inTime = age <= terms.answerNanos();
    if (inTime) {
      lease.spentElsewhere(waiting.grant(answer, decided));
    }
    lease.store(answer.leased(), askedAt + Terms.LEASE_NANOS, now);
    lease.renewAtHalf(now);
    if (standing.isEmpty()) {
      waiting.refuseAll(Math.max(1, answer.waitMillis()), decided);
    } else if (inTime && answer.granted() < ask.costs().length) {
      waiting.refuseFirst(answer.waitMillis(), decided); // what comes behind it may cost less
    }
    return decided;
  }

  /** The ledger will not answer: all that it may not have heard is said again. */
  synchronized void missed(Ask ask) {
    if (asked == ask) {
      forgetAsked();
    }
  }

  /** Whether something was asked to which an answer may still come. */
  synchronized boolean isAsked() {
    return asked != null;
  }

  /** Those who have waited since {@code since} or longer; they are not decided here any more. */
  synchronized List<Waiting<W>> release(long since) {
    List<Waiting<W>> released = waiting.release(since);
    if (!released.isEmpty()) {
      forgetAsked(); // an answer to it would be theirs
    }
    return released;
  }

  /**
   * The ledger can be asked again: it is told what was spent meanwhile, and until it has answered
   * nothing is spent ahead. False if it could be asked all the time.
   */
  synchronized boolean leaveShare(Terms terms, long now) {
    if (fairShare == null) {
      return false;
    }
    charge += fairShare.owed(now);
    fairShare = null;
    standing.bar(now + terms.barNanos());
    return true;
  }

  /** Until when this node must take no debt here. */
  synchronized long barredUntil() {
    return standing.barredUntil();
  }

  /** When this node's share is full again, if it counts alone; 0 otherwise. */
  synchronized long shareFullAt(long now) {
    return fairShare == null ? 0 : fairShare.fullAt(now);
  }

  /** Begins as others end that were forgotten, because this may be one of them. */
  synchronized void remember(long barredUntil, long shareFullAt) {
    standing.bar(barredUntil);
    this.shareFullAt = shareFullAt;
  }

  /**
   * Ends this, if the ledger has nothing to hear of it. What is left of a lease is lost; for how
   * long no debt may be taken is for the caller to remember.
   *
   * @param shareToo also if what was spent alone is not told then
   */
  synchronized boolean retire(boolean shareToo) {
    boolean silent = asked == null && !queued && debt == 0 && charge == 0 && waiting.isEmpty();
    if (silent && (fairShare == null || shareToo)) {
      retired = true;
      lease.lose();
    }
    return retired;
  }

  synchronized void mayAsk() {
    standing.mayAsk();
  }

  /** Forgets what the ledger said; what is leased, owed and waiting stays. */
  synchronized void reset() {
    standing.reset();
    charge = 0;
    fairShare = null;
  }

  synchronized Holdings.Held held(Terms terms, long now) {
    return new Holdings.Held(
        policy,
        standing.level(),
        standing.ageMillis(now),
        lease.held(now),
        debt + charge,
        standing.deniedMillis(now),
        fairShare != null);
  }

  private void forgetAsked() {
    charge += asked == null ? 0 : asked.charge();
    asked = null;
  }

  private boolean mayOwe(int cost, Terms terms, long now) {
    return cost <= terms.debt() && debt == 0 && waiting.isEmpty() && !standing.isBarred(now);
  }

  /** A ledger without its data takes every bucket for full: it is told what this node knows. */
  private void report(Terms terms, long now, int losses) {
    if (this.losses != losses) {
      this.losses = losses;
      long missing = terms.policy().burst() - standing.remaining(terms.policy(), now);
      charge += lease.held(now) + missing / terms.holders();
    }
  }
}
