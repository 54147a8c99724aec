package dev.sluice.rules.bad.common;

import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits in every way, looks at every clock, and talks to everybody. */
final class Impatient {
  static int waits;

  void wait(Future<String> vertx, CompletableFuture<String> jdk, CountDownLatch latch)
      throws Exception {
    waits++;
    vertx.await();
    jdk.get();
    Supplier<String> later = jdk::join;
    latch.await();
    Thread.sleep(1);
    TimeUnit.SECONDS.sleep(1);
    System.out.println(later.get());
  }

  long look() {
    return Instant.now().toEpochMilli()
        + System.nanoTime()
        + System.currentTimeMillis()
        + Clock.systemUTC().millis();
  }
}
