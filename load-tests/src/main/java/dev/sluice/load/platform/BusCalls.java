package dev.sluice.load.platform;

import dev.sluice.codec.Envelope;
import dev.sluice.contract.Order;
import dev.sluice.load.Samples;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.time.Time;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Asks for an order, so many times at once, and when one is answered again, on one event loop. */
final class BusCalls extends VerticleBase {
  private final Bus bus;
  private final Time time;
  private final Envelope sample;
  private final Order.Get get = new Order.Get(Samples.order().id());
  private Context loop;
  private long[] nanos = new long[1 << 16];
  private int answered;
  private int waiting;
  private long end;
  private CompletableFuture<String> done;

  BusCalls(Bus bus, Time time) {
    this.bus = bus;
    this.time = time;
    this.sample = Samples.call(Samples.order(), time).envelope();
  }

  @Override
  public Future<?> start() {
    loop = context;
    return Future.succeededFuture();
  }

  /**
   * Blocks for that long.
   *
   * @return how many were answered, and how long the median and 99 of a hundred took in ns; or why
   *     one was not answered
   */
  String run(int atOnce, int millis) {
    CompletableFuture<String> said = new CompletableFuture<>();
    loop.runOnContext(
        now -> {
          done = said;
          answered = 0;
          waiting = atOnce;
          end = time.nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
          for (int i = 0; i < atOnce; i++) {
            ask();
          }
        });
    try {
      return said.join();
    } catch (CompletionException e) {
      return "failed: " + e.getCause().getMessage().replace('\n', ' ');
    }
  }

  /** With the deadline of a call that comes from outside now. */
  private void ask() {
    long since = time.nanos();
    Envelope envelope =
        new Envelope(
            sample.caller(), bus.deadline(), sample.correlationId(), sample.traceparent(), null);
    bus.request(get, envelope)
        .onComplete(
            (view, failure) -> {
              if (failure != null) {
                done.completeExceptionally(failure);
              } else {
                answered(time.nanos(), since);
              }
            });
  }

  private void answered(long now, long since) {
    if (answered == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * nanos.length);
    }
    nanos[answered++] = now - since;
    if (now - end < 0) {
      ask();
    } else if (--waiting == 0) {
      long[] sorted = Arrays.copyOf(nanos, answered);
      Arrays.sort(sorted);
      done.complete(answered + " " + at(sorted, 50) + " " + at(sorted, 99));
    }
  }

  private static long at(long[] sorted, int percent) {
    return sorted[Math.max(0, (int) Math.ceil(sorted.length * percent / 100.0) - 1)];
  }
}
