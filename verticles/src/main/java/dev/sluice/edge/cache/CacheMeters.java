package dev.sluice.edge.cache;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What the cache says of itself. One a node; made once for a registry. */
final class CacheMeters {
  private final MeterRegistry registry;
  private final Map<Result, Counter> results = new EnumMap<>(Result.class);
  private final Map<Second, Counter> second = new EnumMap<>(Second.class);
  private final Counter evictions;
  private final Counter evictedBytes;
  private final Counter coalesced;

  /** What became of a request to a route that caches. */
  enum Result {
    HIT,
    MISS,
    STALE,
    REVALIDATED,
    BYPASS
  }

  /** What became of a call to the second level. */
  enum Second {
    HIT,
    MISS,
    FAILED
  }

  CacheMeters(MeterRegistry registry) {
    this.registry = registry;
    for (Result result : Result.values()) {
      results.put(
          result,
          Counter.builder("cache.requests")
              .description("Requests to routes that cache, by what the cache did.")
              .tag("result", result.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    for (Second result : Second.values()) {
      second.put(
          result,
          Counter.builder("cache.second.level")
              .description("Calls to Redis for what is not in memory.")
              .tag("result", result.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    this.evictions =
        Counter.builder("cache.evictions")
            .description("Answers that had to go for lack of room.")
            .register(registry);
    this.evictedBytes =
        Counter.builder("cache.evicted.bytes").description("What they came to.").register(registry);
    this.coalesced =
        Counter.builder("cache.coalesced")
            .description("Requests answered with what another one fetched while they waited.")
            .register(registry);
  }

  void watch(MemoryStore store, Flights flights) {
    Gauge.builder("cache.bytes", store, MemoryStore::bytes)
        .description("Memory that cached answers take.")
        .register(registry);
    Gauge.builder("cache.entries", store, MemoryStore::entries)
        .description("Answers in memory.")
        .register(registry);
    Gauge.builder("cache.waiting", flights, Flights::waiting)
        .description("Requests that wait for another one which fetches the same.")
        .register(registry);
  }

  void count(Result result) {
    results.get(result).increment();
  }

  void second(Second result) {
    second.get(result).increment();
  }

  void evicted(long bytes) {
    evictions.increment();
    evictedBytes.increment((double) bytes);
  }

  void coalesced() {
    coalesced.increment();
  }
}
