package dev.sluice.limiter;

import dev.sluice.limiter.Policy.Loss;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What one node holds of the buckets of one policy. Safe to use from every event loop.
 *
 * @param <W> a request that waits
 */
final class Book<W> {
  /** What {@link #take} answers when nobody can count, and the policy is closed then. */
  static final long UNKNOWN = Long.MIN_VALUE + 2;

  /** What the books of a node have in common. */
  interface Shelf<W> {
    boolean away();

    int losses();

    /** The bucket shall be asked about. */
    void queue(Holding<W> holding);

    /** Makes room for one more bucket; false if there is none. */
    boolean room(long now);
  }

  private final Shelf<W> shelf;
  private final Consumer<Holding<W>> added;
  private final ConcurrentHashMap<String, Holding<W>> holdings = new ConcurrentHashMap<>();
  private volatile Terms terms;
  private volatile long barredUntil;
  private volatile long shareFullAt;

  /**
   * @param added told of each new bucket
   */
  Book(Terms terms, Shelf<W> shelf, Consumer<Holding<W>> added) {
    this.terms = terms;
    this.shelf = shelf;
    this.added = added;
  }

  Terms terms() {
    return terms;
  }

  synchronized void terms(Terms changed) {
    boolean other = !terms.policy().equals(changed.policy());
    terms = changed;
    if (other) {
      holdings.values().forEach(Holding::mayAsk);
    }
  }

  /** There are so many nodes now. */
  synchronized void share(int nodes) {
    if (terms.holders() != nodes) {
      terms = Terms.of(terms.policy(), nodes);
    }
  }

  Iterable<Holding<W>> holdings() {
    return holdings.values();
  }

  Holding<W> find(String client) {
    return holdings.get(client);
  }

  /** {@link Limiter#tryTake}. */
  long tryTake(String client, int cost, long now) {
    Holding<W> holding = holdings.get(client);
    if (holding == null) {
      return Limiter.ASK;
    }
    long left = holding.tryTake(cost, now);
    if (left >= 0 && holding.low()) {
      shelf.queue(holding);
    }
    return left;
  }

  /** {@link Limiter#denied}. */
  long denied(String client, long now) {
    Holding<W> holding = holdings.get(client);
    return holding == null ? 0 : holding.denied(now);
  }

  /**
   * Takes what {@link #tryTake} could not.
   *
   * @return as {@code tryTake}, or UNKNOWN; ASK means that {@code who} waits
   */
  long take(String client, int cost, W who, long now) {
    Terms current = terms;
    int most = (int) Math.min(cost, current.policy().burst());
    for (; ; ) {
      Holding<W> holding = holding(client, now);
      if (holding == null) {
        return current.policy().onRedisLoss() == Loss.OPEN ? 0 : UNKNOWN;
      }
      long left;
      if (shelf.away()) {
        left = alone(holding, current, most, now);
      } else {
        holding.leaveShare(current, now);
        left = holding.take(who, most, current, now);
        if (left != Holding.RETIRED && (holding.owes() || holding.low())) {
          shelf.queue(holding);
        }
      }
      if (left != Holding.RETIRED) {
        return left;
      }
    }
  }

  /** Takes without the ledger, as the policy says. */
  static <W> long alone(Holding<W> holding, Terms terms, int cost, long now) {
    return switch (terms.policy().onRedisLoss()) {
      case FAIR_SHARE -> holding.takeShare(cost, terms, now);
      case OPEN -> terms.policy().burst();
      case CLOSED -> UNKNOWN;
    };
  }

  void giveBack(String client, int cost) {
    Holding<W> holding = holdings.get(client);
    if (holding != null) {
      holding.giveBack(cost);
    }
  }

  /** The ledger's bucket was made full: what the ledger said before is void, and so is a share. */
  void reset(String client) {
    Holding<W> holding = holdings.get(client);
    if (holding != null) {
      holding.reset();
    }
  }

  void settle(String client, int cost, long now) {
    Holding<W> holding;
    do {
      holding = holding(client, now);
    } while (holding != null && !holding.settle(cost, now));
    if (holding != null) {
      shelf.queue(holding);
    }
  }

  /** Forgets a bucket, unless the ledger must still hear of it. */
  boolean remove(Holding<W> holding, boolean shareToo, long now) {
    if (!holding.retire(shareToo)) {
      return false;
    }
    // Whoever was refused must take no debt for a while, and whoever spent a share must not get
    // another. Of whom that was is forgotten, so it holds for all buckets that are new here.
    long bar = holding.barredUntil();
    long share = holding.shareFullAt(now);
    synchronized (this) {
      barredUntil = Math.max(barredUntil, bar);
      shareFullAt = Math.max(shareFullAt, share);
    }
    return holdings.remove(holding.client, holding);
  }

  private Holding<W> holding(String client, long now) {
    Holding<W> known = holdings.get(client);
    if (known != null || !shelf.room(now)) {
      return known;
    }
    Holding<W> mine = new Holding<>(terms.policy().name(), client, now, shelf.losses());
    if (barredUntil > now || shareFullAt > now) {
      mine.remember(barredUntil, shareFullAt);
    }
    known = holdings.putIfAbsent(client, mine);
    if (known == null) {
      added.accept(mine);
      return mine;
    }
    return known;
  }
}
