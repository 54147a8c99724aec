package dev.sluice.platform.metrics;

import dev.sluice.platform.time.Time;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.LongAdder;

/**
 * The share of errors over the last minute or so. Requests only add to three counters; whoever
 * reads the share notes, at most every 5 seconds, what the counters say, and compares with the
 * oldest note of the last minute. So the window is a minute when somebody reads at least that
 * often, as Prometheus does, and reaches back to the last reading otherwise.
 */
final class ErrorRate {

  private static final long WINDOW = Duration.ofMinutes(1).toNanos();
  private static final long STEP = Duration.ofSeconds(5).toNanos();

  private final Time time;
  private final LongAdder all = new LongAdder();
  private final LongAdder client = new LongAdder();
  private final LongAdder server = new LongAdder();
  private final ArrayDeque<Note> notes = new ArrayDeque<>();

  private record Note(long nanos, long all, long client, long server) {}

  ErrorRate(Time time) {
    this.time = time;
    notes.add(note());
  }

  void count(int status) {
    all.increment();
    if (status >= 500) {
      server.increment();
    } else if (status >= 400) {
      client.increment();
    }
  }

  /**
   * The share of statuses 4xx (for 4) or 5xx (for 5), from 0 to 1; 0 when there were no requests.
   */
  synchronized double share(int hundreds) {
    Note now = note();
    // The oldest note stays until the next one is a whole window old, so that the window never gets
    // shorter than that.
    while (notes.size() > 1 && now.nanos() - second().nanos() >= WINDOW) {
      notes.removeFirst();
    }
    Note then = notes.getFirst();
    if (now.nanos() - notes.getLast().nanos() >= STEP) {
      notes.addLast(now);
    }
    long requests = now.all() - then.all();
    long errors = hundreds == 4 ? now.client() - then.client() : now.server() - then.server();
    return requests <= 0 ? 0 : Math.min(1, (double) errors / requests);
  }

  private Note second() {
    var iterator = notes.iterator();
    iterator.next();
    return iterator.next();
  }

  private Note note() {
    // Errors first: a request counted in between makes the share smaller, never larger than 1.
    long clientErrors = client.sum();
    long serverErrors = server.sum();
    return new Note(time.nanos(), all.sum(), clientErrors, serverErrors);
  }
}
