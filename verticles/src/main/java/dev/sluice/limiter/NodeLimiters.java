package dev.sluice.limiter;

import dev.sluice.platform.redis.RedisLine;
import dev.sluice.platform.time.Time;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limiters of a node: lease and debt against buckets in Redis, decided without asking wherever
 * that is possible. All event loops share the buckets; one of them ({@link #open}) speaks with
 * Redis, once in {@link Terms#INTERVAL_NANOS} at most and only when there is something to say.
 */
public final class NodeLimiters implements Limiters, Holdings, LeaseProtocol.Effects<Parked> {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLimiters.class);
  private static final long MILLI = 1_000_000L;
  private static final long DRAIN_MILLIS = 1000;

  private final Vertx vertx;
  private final Time time;
  private final long origin;
  private final LeaseProtocol<Parked> protocol;
  private final LimiterMeters meters;
  private final AtomicBoolean planned = new AtomicBoolean();
  private volatile Context loop;
  private RedisLedger ledger;
  private long lastFlush;
  private Promise<Void> drained;
  private boolean away;

  /**
   * @param mostBuckets this node remembers at once
   * @param holders how many nodes there are that limit, this one included
   */
  public NodeLimiters(
      Vertx vertx, Time time, int mostBuckets, IntSupplier holders, LimiterMeters meters) {
    this.vertx = vertx;
    this.time = time;
    this.origin = time.nanos();
    this.protocol = new LeaseProtocol<>(mostBuckets, holders, this);
    this.meters = meters;
    meters.watch(protocol, this::now);
  }

  /**
   * Call on the event loop that shall speak with Redis, and whose connection this is.
   *
   * @return fails if Redis is away; it is asked again when there is something to ask
   */
  Future<Void> open(Context loop, RedisLine redis) {
    this.ledger = new RedisLedger(redis);
    this.lastFlush = now() - Terms.INTERVAL_NANOS;
    this.loop = loop;
    if (protocol.due()) {
      due();
    }
    return ledger.warmUp();
  }

  /** Tells Redis what this node still owes; succeeds in any case. */
  Future<Void> drain() {
    drained = Promise.promise();
    vertx.setTimer(DRAIN_MILLIS, over -> drained.tryComplete());
    if (protocol.isIdle()) {
      flush();
    }
    return drained.future();
  }

  @Override
  public Limiter of(Policy policy) {
    return new BookLimiter(policy, protocol.book(policy), time, origin);
  }

  @Override
  public List<Held> of(String client) {
    List<Held> held = new ArrayList<>();
    for (Book<Parked> book : protocol.books()) {
      Holding<Parked> holding = book.find(client);
      if (holding != null) {
        held.add(holding.held(book.terms(), now()));
      }
    }
    return held;
  }

  @Override
  public void forget(String client, String policy) {
    for (Book<Parked> book : protocol.books()) {
      if (policy == null || book.terms().policy().name().equals(policy)) {
        book.reset(client);
      }
    }
  }

  @Override
  public Future<Void> refill(String client, String policy) {
    Promise<Void> done = Promise.promise();
    loop.runOnContext(there -> ledger.refill(policy, client).onComplete(done));
    return done.future();
  }

  @Override
  public void decided(Decided<Parked> decided, Policy policy) {
    decided.who().decided(decided);
  }

  @Override
  public void due() {
    Context there = loop;
    if (there != null && planned.compareAndSet(false, true)) {
      there.runOnContext(now -> plan());
    }
  }

  /** At once if the last flush was long enough ago, so that a lone request waits for nobody. */
  private void plan() {
    long wait = protocol.away() ? Terms.INTERVAL_NANOS : lastFlush + Terms.INTERVAL_NANOS - now();
    if (wait <= 0) {
      flush();
    } else {
      vertx.setTimer((wait + MILLI - 1) / MILLI, there -> flush());
    }
  }

  private void flush() {
    planned.set(false);
    long now = now();
    // Also if there is nothing to send: what still waits for an answer is looked at later.
    lastFlush = now;
    Flush<Parked> flush = protocol.flush(now);
    if (flush == null) {
      next();
      return;
    }
    long timer =
        vertx.setTimer(
            Terms.PATIENCE_NANOS / MILLI, late -> missed(flush, false, "not answered in time"));
    ledger
        .send(flush)
        .onComplete(
            (answers, failure) -> {
              vertx.cancelTimer(timer);
              if (failure != null) {
                missed(flush, true, failure.getMessage());
              } else {
                meters.flushed(flush.entries().size(), now() - now);
                protocol.answered(flush, answers, now());
                tellIfAway("answered again");
                next();
              }
            });
  }

  private void missed(Flush<Parked> flush, boolean failed, String why) {
    if (protocol.isUnderWay(flush)) {
      meters.missed();
      protocol.missed(flush, failed, now());
      tellIfAway(why);
      next();
    }
  }

  private void tellIfAway(String why) {
    if (away != protocol.away()) {
      away = protocol.away();
      LOG.warn(
          away
              ? "limits are decided without redis, as on_redis_loss says: {}"
              : "limits are decided with redis: {}",
          why);
    }
  }

  private void next() {
    if (drained != null && (protocol.away() || !protocol.due())) {
      drained.tryComplete();
    }
    if (protocol.isIdle() && protocol.due()) {
      due();
    }
  }

  private long now() {
    return time.nanos() - origin;
  }
}
