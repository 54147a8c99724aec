package dev.sluice.limiter;

import dev.sluice.limiter.Holdings.Held;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** What the limiter says of itself. */
public final class LimiterMeters {
  private final MeterRegistry registry;
  private final Timer flushes;
  private final DistributionSummary buckets;
  private final Counter missed;

  public LimiterMeters(MeterRegistry registry) {
    this.registry = registry;
    this.flushes =
        Timer.builder("limiter.flush")
            .description("Round trips to Redis of the rate limiter.")
            .register(registry);
    this.buckets =
        DistributionSummary.builder("limiter.flush.buckets")
            .description("Buckets asked about in one round trip.")
            .register(registry);
    this.missed =
        Counter.builder("limiter.flush.missed")
            .description("Round trips that failed or took too long.")
            .register(registry);
  }

  void watch(LeaseProtocol<?> protocol, LongSupplier now) {
    Gauge.builder("limiter.buckets", protocol, LeaseProtocol::buckets)
        .description("Buckets this node holds something of.")
        .register(registry);
    Gauge.builder("limiter.away", protocol, p -> p.away() ? 1 : 0)
        .description("1 while Redis is away and each policy's on_redis_loss decides.")
        .register(registry);
    Gauge.builder("limiter.leased.tokens", protocol, p -> sum(p, Held::leased, now))
        .description("Tokens this node may spend without asking.")
        .register(registry);
    Gauge.builder("limiter.owed.tokens", protocol, p -> sum(p, Held::owed, now))
        .description("Tokens spent that Redis does not know of yet.")
        .register(registry);
  }

  private static <W> long sum(
      LeaseProtocol<W> protocol, ToLongFunction<Held> what, LongSupplier now) {
    long sum = 0;
    for (Book<W> book : protocol.books()) {
      for (Holding<W> holding : book.holdings()) {
        sum += what.applyAsLong(holding.held(book.terms(), now.getAsLong()));
      }
    }
    return sum;
  }

  void flushed(int count, long nanos) {
    flushes.record(nanos, TimeUnit.NANOSECONDS);
    buckets.record(count);
  }

  void missed() {
    missed.increment();
  }
}
