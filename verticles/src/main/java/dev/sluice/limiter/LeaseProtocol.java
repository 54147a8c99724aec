package dev.sluice.limiter;

import dev.sluice.limiter.Flush.Entry;
import dev.sluice.limiter.Policy.Loss;
import dev.sluice.limiter.Waiters.Waiting;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * One node's side of lease and debt, for all its buckets. Pure: it is told the time, it says what
 * to send, and it is told what came of that, by one caller at a time ({@link #flush}, {@link
 * #answered}, {@link #missed}); {@link Book}'s methods may be called from anywhere at any time.
 *
 * <p>There is one flush under way at a time. One that is not answered within {@link
 * Terms#PATIENCE_NANOS} is missed; after two in a row the ledger is away. Then each policy's {@link
 * Loss} decides, and one flush every now and then tries whether the ledger is back.
 *
 * @param <W> a request that waits
 */
final class LeaseProtocol<W> implements Book.Shelf<W> {
  private static final int MISSES = 2;
  private static final long PROBE_NANOS = 50_000_000L;
  private static final int MOST_A_FLUSH = 512;
  private static final int MOST_A_PROBE = 64;
  private static final int MOST_LOOKED_AT = 4096;
  private static final int SWEPT = 64;
  private static final int MOST_OVERDUE = 64;
  private static final long IDLE_NANOS = 60_000_000_000L;

  /** A request may wait through a missed flush or two, not for ever. */
  private static final long LONGEST_WAIT_NANOS = 4 * Terms.PATIENCE_NANOS;

  private static final long REFUSED = -LONGEST_WAIT_NANOS / 1_000_000;

  /** Effects: what the outside must do. */
  interface Effects<W> {
    /** A request that waited waits no longer. */
    void decided(Decided<W> decided, Policy policy);

    /** There is something to {@link #flush}. */
    void due();
  }

  private final int mostBuckets;
  private final IntSupplier holders;
  private final Effects<W> effects;
  private final ConcurrentHashMap<String, Book<W>> books = new ConcurrentHashMap<>();
  private final Queue<Holding<W>> due = new ConcurrentLinkedQueue<>();
  private final AtomicInteger buckets = new AtomicInteger();
  private final Sweep<W> sweep = new Sweep<>(books.values());
  private volatile boolean away;
  private final AtomicInteger losses = new AtomicInteger();
  private final Queue<Flush<W>> overdue = new ArrayDeque<>();
  private Flush<W> underWay;
  private String epoch = "";
  private long flushes;
  private int missed;
  private long probeAt;

  /**
   * @param mostBuckets held at once
   * @param holders how many nodes hold leases and debts, this one included
   */
  LeaseProtocol(int mostBuckets, IntSupplier holders, Effects<W> effects) {
    this.mostBuckets = mostBuckets;
    this.holders = holders;
    this.effects = effects;
  }

  /** The buckets of one policy; a policy of the same name takes over those there are. */
  Book<W> book(Policy policy) {
    Terms terms = Terms.of(policy, nodes());
    Book<W> book =
        books.computeIfAbsent(
            policy.name(), name -> new Book<>(terms, this, added -> buckets.incrementAndGet()));
    book.terms(terms);
    return book;
  }

  Iterable<Book<W>> books() {
    return books.values();
  }

  /** Whether there is something to send, and nothing under way. */
  boolean due() {
    return !due.isEmpty() || missed > 0;
  }

  /** Whether nobody has said yet what came of a flush. */
  boolean isUnderWay(Flush<W> flush) {
    return underWay != null && underWay.number() == flush.number();
  }

  boolean isIdle() {
    return underWay == null;
  }

  int buckets() {
    return buckets.get();
  }

  @Override
  public boolean away() {
    return away;
  }

  @Override
  public int losses() {
    return losses.get();
  }

  @Override
  public void queue(Holding<W> holding) {
    if (holding.queue()) {
      due.add(holding);
      effects.due();
    }
  }

  /** A few are looked at; while the ledger is away, what they would have to tell it is lost. */
  @Override
  public boolean room(long now) {
    if (buckets.get() < mostBuckets) {
      return true;
    }
    synchronized (sweep) {
      for (int i = 0; i < SWEPT; i++) { // also where a round ends and the next begins
        if (sweep.next() && sweep.book().remove(sweep.holding(), away, now)) {
          buckets.decrementAndGet();
          return true;
        }
      }
    }
    return false;
  }

  /**
   * What to send now; null if there is nothing, or something is under way.
   *
   * @return to be followed by {@link #answered} or {@link #missed}
   */
  Flush<W> flush(long now) {
    books.values().forEach(book -> book.share(nodes()));
    sweep(now);
    if (underWay != null || (away && now < probeAt)) {
      return null;
    }
    if (away) {
      decideAll(now); // all that is due is gone through, so not each time
    }
    List<Entry<W>> entries = collect(away ? MOST_A_PROBE : MOST_A_FLUSH, now);
    if (entries.isEmpty() && !away && missed == 0) {
      return null;
    }
    underWay = new Flush<>(++flushes, epoch, entries);
    return underWay;
  }

  private List<Entry<W>> collect(int most, long now) {
    List<Entry<W>> entries = new ArrayList<>();
    List<Holding<W>> stillAsked = new ArrayList<>();
    Holding<W> holding;
    int looked = 0;
    while (looked++ < MOST_LOOKED_AT && entries.size() < most && (holding = due.poll()) != null) {
      Terms terms = terms(holding);
      for (Waiting<W> waiting : holding.release(now - LONGEST_WAIT_NANOS)) {
        effects.decided(Decided.of(waiting.who(), REFUSED), terms.policy());
      }
      Ask ask = holding.ask(terms, now, losses.get());
      if (ask != null) {
        entries.add(new Entry<>(holding, terms, ask));
      } else if (holding.isAsked()) {
        stillAsked.add(holding);
      }
    }
    stillAsked.forEach(this::queue);
    return entries;
  }

  /** The ledger's answers to a flush; nothing happens if they came before, or are too late. */
  void answered(Flush<W> flush, Answers answers, long now) {
    boolean late = overdue.removeIf(other -> other.number() == flush.number());
    if (!late && !isUnderWay(flush)) {
      return;
    }
    if (!late) {
      underWay = null;
      missed = 0;
      away = false;
      epoch = answers.epoch();
    }
    if (answers.done()) {
      take(flush, answers, now);
    } else {
      losses.addAndGet(late ? 0 : 1);
      flush.entries().forEach(entry -> entry.holding().missed(entry.ask()));
    }
    requeue(flush);
  }

  private void take(Flush<W> flush, Answers answers, long now) {
    for (int i = 0; i < flush.entries().size(); i++) {
      Entry<W> entry = flush.entries().get(i);
      Policy policy = entry.terms().policy();
      entry
          .holding()
          .answered(entry.ask(), answers.answers().get(i), entry.terms(), now)
          .forEach(decided -> effects.decided(decided, policy));
    }
  }

  /**
   * A flush failed, or was not answered in time.
   *
   * @param failed whether no answer can come any more; one that does is good for buckets that wait
   *     for it longer
   */
  void missed(Flush<W> flush, boolean failed, long now) {
    if (!isUnderWay(flush)) {
      return;
    }
    underWay = null;
    if (failed) {
      flush.entries().forEach(entry -> entry.holding().missed(entry.ask()));
    } else {
      overdue.add(flush);
      if (overdue.size() > MOST_OVERDUE) {
        overdue.remove();
      }
    }
    missed++;
    if (missed >= MISSES) {
      away = true;
      // Nodes that lost the ledger at one moment shall not come back at one.
      probeAt = now + PROBE_NANOS + Math.floorMod(now * 31, PROBE_NANOS);
      flush.entries().forEach(entry -> decide(entry.holding(), entry.terms(), now));
      decideAll(now);
    }
    requeue(flush);
  }

  private void decideAll(long now) {
    due.forEach(holding -> decide(holding, terms(holding), now));
  }

  private void requeue(Flush<W> flush) {
    for (Entry<W> entry : flush.entries()) {
      // Also what was asked and may never be answered: it is to be said again.
      if (entry.holding().owes() || entry.holding().isAsked()) {
        queue(entry.holding());
      }
    }
  }

  /** Decides for those who wait without the ledger. */
  private void decide(Holding<W> holding, Terms terms, long now) {
    for (Waiting<W> waiting : holding.release(now)) {
      long alone = Book.alone(holding, terms, waiting.cost(), now);
      long left = alone == Holding.RETIRED ? REFUSED : alone;
      effects.decided(Decided.of(waiting.who(), left), terms.policy());
    }
  }

  private Terms terms(Holding<W> holding) {
    return books.get(holding.policy).terms();
  }

  private int nodes() {
    return Math.max(1, holders.getAsInt());
  }

  /** Looks after a few buckets nobody asks for: they tell what they owe, and are forgotten. */
  private void sweep(long now) {
    synchronized (sweep) {
      for (int i = 0; i < SWEPT && sweep.next(); i++) {
        Holding<W> holding = sweep.holding();
        if (!away && holding.leaveShare(sweep.book().terms(), now)) {
          queue(holding);
        }
        boolean idle = now - holding.lastUse > IDLE_NANOS;
        if (idle && sweep.book().remove(holding, false, now)) {
          buckets.decrementAndGet();
        }
      }
    }
  }
}
