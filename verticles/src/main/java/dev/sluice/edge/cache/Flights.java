package dev.sluice.edge.cache;

import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who of a node is fetching what, so that others who want the same wait for it. Any event loop; the
 * futures are completed on the loop of who fetched.
 */
final class Flights {
  private static final int MOST = 65_536;

  private final Time time;
  private final int mostWaiting;
  private final ConcurrentHashMap<String, Flight> flights = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();

  Flights(Time time, int mostWaiting) {
    this.time = time;
    this.mostWaiting = mostWaiting;
  }

  /** What the others are told. */
  enum Outcome {
    /** It is in the store. */
    STORED,
    /** It is not for others. */
    ALONE,
    /** Who fetched it went away; another one may. */
    ABANDONED,
    /** The upstream failed. */
    FAILED
  }

  /** One fetch. */
  final class Flight {
    private final String key;
    private final long begun;
    private final Promise<Outcome> outcome = Promise.promise();

    private Flight(String key, long begun) {
      this.key = key;
      this.begun = begun;
    }

    Future<Outcome> outcome() {
      return outcome.future();
    }

    /** Tells all who wait; only the first call does. */
    void finish(Outcome how) {
      flights.remove(key, this);
      outcome.tryComplete(how);
    }
  }

  /**
   * Begins to fetch; null if another one is at it, or too many are. One who has been at it for
   * longer than {@code patience} (nanoseconds) is not waited for any more by who comes new.
   */
  Flight lead(String key, long patience) {
    long now = time.nanos();
    if (flights.mappingCount() >= MOST) {
      return null;
    }
    Flight mine = new Flight(key, now);
    Flight other = flights.putIfAbsent(key, mine);
    if (other == null) {
      return mine;
    }
    return now - other.begun > patience && flights.replace(key, other, mine) ? mine : null;
  }

  /** Who is at it and may be waited for, or null. */
  Flight other(String key, long patience) {
    Flight other = flights.get(key);
    return other == null || time.nanos() - other.begun > patience ? null : other;
  }

  /** Takes a place to wait; false when all are taken. */
  boolean enter() {
    if (waiting.incrementAndGet() <= mostWaiting) {
      return true;
    }
    waiting.decrementAndGet();
    return false;
  }

  void leave() {
    waiting.decrementAndGet();
  }

  int waiting() {
    return waiting.get();
  }

  long underWay() {
    return flights.mappingCount();
  }
}
