package dev.sluice.platform.lifecycle;

import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was started, in order, and how to stop it in the reverse order: one after the other, each
 * for a bounded time, and going on when one fails. {@code vertx.close()} alone stops everything at
 * once, the rooms with the edge that still waits for their answers.
 */
public final class Lifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

  private record Part(String name, Supplier<Future<?>> stop) {}

  private final Time time;
  private final Deque<Part> started = new ArrayDeque<>();
  private Future<Void> stopping;

  public Lifecycle(Time time) {
    this.time = time;
  }

  /**
   * Remembers how to stop what is being started; also when starting it fails, as it may have got
   * half way.
   */
  public synchronized void add(String name, Supplier<Future<?>> stop) {
    started.push(new Part(name, stop));
  }

  /**
   * Stops everything, the last first.
   *
   * @param bound for the whole; a part that takes longer than what is left is left behind
   */
  public synchronized Future<Void> stop(Duration bound) {
    if (stopping == null) {
      // A promise of no event loop: the loops are gone when the last part has stopped.
      Promise<Void> end = Promise.promise();
      stopping = end.future();
      stopNext(new ArrayDeque<>(started), time.nanos() + bound.toNanos(), end);
    }
    return stopping;
  }

  private void stopNext(Deque<Part> rest, long until, Promise<Void> end) {
    Part part = rest.poll();
    if (part == null) {
      end.complete();
    } else {
      stop(part, until).onComplete(stopped -> stopNext(rest, until, end));
    }
  }

  private Future<Void> stop(Part part, long until) {
    long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - time.nanos()));
    long begun = time.nanos();
    Future<?> stopped;
    try {
      stopped = part.stop.get();
    } catch (RuntimeException e) {
      stopped = Future.failedFuture(e);
    }
    return stopped
        .<Void>mapEmpty()
        .timeout(left, TimeUnit.MILLISECONDS)
        .transform(
            (done, failure) -> {
              long millis = TimeUnit.NANOSECONDS.toMillis(time.nanos() - begun);
              if (failure == null) {
                LOG.info("{} stopped in {} ms", part.name, millis);
              } else {
                LOG.warn("{} did not stop cleanly: {}", part.name, failure.toString());
              }
              return Future.succeededFuture();
            });
  }
}
