package dev.sluice.edge;

import dev.sluice.limiter.Decision;
import dev.sluice.limiter.Limiter;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;

/**
 * One request, or message, on its way through its limits. All must allow it; what the others gave
 * for one that is refused is given back. Lives on one event loop.
 *
 * <p>Of those that allow, the tightest is the one with the fewest tokens for the time until it is
 * full again. Of those that refuse, it is the one with the longest wait, as far as they can say
 * without asking: a client that came back earlier would be refused again.
 */
final class Admission {
  private final LimitSet set;
  private final Subject subject;
  private final Throttle throttle;

  private Limit[] limits;
  private int next;
  private Runnable later;
  private long waited;
  private long throttled; // a bit for each limit it had to wait for; for the metrics
  private boolean readAlso;

  private Limit tightest;
  private long remaining;
  private long resetMillis;

  private Limit refusing;
  private long retryMillis;
  private boolean unknown;

  Admission(LimitSet set, Subject subject, Throttle throttle) {
    this.set = set;
    this.subject = subject;
    this.throttle = throttle;
  }

  /**
   * Counts what can be counted before the body is read.
   *
   * @return whether it is decided already; otherwise say next what to do {@link #then}
   */
  boolean admit() {
    return begin(set.atOnce);
  }

  /**
   * Counts the rest, as {@link #admit} does. What was taken before is not given back: it was used.
   */
  boolean admitRead() {
    readAlso = true;
    return begin(set.onceRead);
  }

  /**
   * What to do when it is decided, which happens on this event loop, and never if the client goes
   * away meanwhile.
   */
  void then(Runnable whenDecided) {
    later = whenDecided;
  }

  /** Whether there is anything to be counted once the body is read. */
  boolean hasMore() {
    return set.onceRead.length > 0;
  }

  /** The limit that refused, or null. */
  Limit refusing() {
    return refusing;
  }

  /** Whether it was refused because nobody could count. */
  boolean unknown() {
    return unknown;
  }

  /** How long to stay away, when refused. */
  long retryMillis() {
    return retryMillis;
  }

  /** Writes what the client is told. */
  void describe(MultiMap headers) {
    CharSequence policies = readAlso ? set.allPolicies : set.policies;
    if (refusing != null) {
      set.fields.write(headers, policies, refusing.policy(), 0, Math.max(1, retryMillis));
    } else if (tightest != null) {
      set.fields.write(headers, policies, tightest.policy(), remaining, resetMillis);
    }
  }

  /** Charges what the answer was worth. */
  void settle(long bytes, long rows) {
    if (refusing != null) {
      return;
    }
    for (Limit limit : set.atOnce) {
      limit.settle(subject, bytes, rows);
    }
    if (readAlso) {
      for (Limit limit : set.onceRead) {
        limit.settle(subject, bytes, rows);
      }
    }
  }

  private boolean begin(Limit[] all) {
    limits = all;
    next = 0;
    waited = 0;
    throttled = 0;
    if (all.length > 1) {
      refuseAtOnce();
    }
    return run();
  }

  /** Whoever is refused anyway shall not pay the limits that would allow it. */
  private void refuseAtOnce() {
    Limit longest = null;
    long millis = 0;
    for (Limit limit : limits) {
      long denied =
          limit.policy().maxWait().isZero() ? limit.limiter().denied(limit.client(subject)) : 0;
      if (denied > millis) {
        longest = limit;
        millis = denied;
      }
    }
    if (longest != null) {
      String client = longest.client(subject);
      long said = longest.limiter().tryTake(client, longest.cost());
      if (said >= 0) {
        longest.limiter().giveBack(client, longest.cost()); // its time was over just now
      } else if (said != Limiter.ASK) {
        refuse(longest, -said);
      }
    }
  }

  private boolean run() {
    while (next < limits.length && refusing == null) {
      Limit limit = limits[next];
      String client = limit.client(subject);
      long said = limit.limiter().tryTake(client, limit.cost());
      if (said == Limiter.ASK) {
        Future<Decision> asked = limit.limiter().take(client, limit.cost());
        if (!asked.succeeded()) {
          asked.onComplete(answered -> goOn(hear(limit, answered.result())));
          return false;
        }
        if (!hear(limit, asked.result())) {
          return false;
        }
      } else if (said >= 0) {
        took(limit, said);
      } else if (waits(limit, -said)) {
        return false;
      } else {
        refuse(limit, -said);
      }
    }
    if (refusing == null) {
      countAllowed();
    }
    return true;
  }

  private void goOn(boolean decided) {
    if (decided && run()) {
      later.run();
    }
  }

  /** False when it has to wait. A limiter that fails, which it must not, could not count either. */
  private boolean hear(Limit limit, Decision decision) {
    if (decision != null && decision.allowed()) {
      took(limit, decision.remaining());
    } else if (decision == null || decision.outcome() == Decision.Outcome.UNKNOWN) {
      unknown = true;
      refuse(limit, decision == null ? 1000 : decision.retryMillis());
    } else if (waits(limit, decision.retryMillis())) {
      return false;
    } else {
      refuse(limit, decision.retryMillis());
    }
    return true;
  }

  private void took(Limit limit, long left) {
    long reset = Math.max(1, limit.policy().resetMillis(left));
    // left / reset < remaining / resetMillis, or the same (such as none) and longer until full
    double here = (double) left * resetMillis;
    double there = (double) remaining * reset;
    if (tightest == null || here < there || (here == there && reset > resetMillis)) {
      tightest = limit;
      remaining = left;
      resetMillis = reset;
    }
    next++;
    waited = 0;
  }

  /** Whether the request waits for its tokens; then it tries this limit again. */
  private boolean waits(Limit limit, long millis) {
    long wait = Math.max(1, millis);
    if (waited + wait > limit.policy().maxWait().toMillis()
        || !throttle.after(wait, this::tryAgain)) {
      return false;
    }
    waited += wait;
    throttled |= 1L << next;
    return true;
  }

  private void tryAgain() {
    if (subject.gone()) {
      giveBack();
    } else {
      goOn(true);
    }
  }

  private void refuse(Limit limit, long millis) {
    refusing = limit;
    retryMillis = millis;
    giveBack();
    for (int i = next + 1; i < limits.length && !unknown; i++) {
      long denied = limits[i].limiter().denied(limits[i].client(subject));
      if (denied > retryMillis) {
        refusing = limits[i];
        retryMillis = denied;
      }
    }
    refusing.count(unknown ? Limit.Outcome.UNKNOWN : Limit.Outcome.DENIED);
  }

  /** What the limits before the one that refused have given. */
  private void giveBack() {
    for (int i = 0; i < next; i++) {
      limits[i].limiter().giveBack(limits[i].client(subject), limits[i].cost());
    }
  }

  private void countAllowed() {
    for (int i = 0; i < limits.length; i++) {
      boolean late = (throttled & 1L << i) != 0;
      limits[i].count(late ? Limit.Outcome.THROTTLED : Limit.Outcome.ALLOWED);
    }
  }
}
