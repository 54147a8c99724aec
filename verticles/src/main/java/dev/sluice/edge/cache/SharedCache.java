package dev.sluice.edge.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.platform.redis.RedisConfig;
import dev.sluice.platform.redis.RedisLine;
import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The cache of a node: one, for all routes and event loops. Thread-safe. Each event loop uses it
 * through a {@link LoopCache} of its own.
 */
public final class SharedCache {
  private static final int MOST_PASSED = 20_000;
  private static final Duration PASSED = Duration.ofSeconds(10);

  private final CacheStoreConfig config;
  private final Time time;
  private final CacheMeters meters;
  private final MemoryStore store;
  private final Flights flights;
  private final Cache<String, Boolean> passed;
  private final AtomicInteger owed = new AtomicInteger();

  public SharedCache(CacheStoreConfig config, MeterRegistry registry, Time time) {
    this.config = config;
    this.time = time;
    this.meters = new CacheMeters(registry);
    this.store = new MemoryStore(config.bytes(), meters::evicted);
    this.flights = new Flights(time, config.waiting());
    this.passed =
        Caffeine.newBuilder()
            .maximumSize(MOST_PASSED)
            .expireAfterWrite(PASSED)
            .ticker(time::nanos)
            .executor(Runnable::run)
            .build();
    meters.watch(store, flights);
  }

  /**
   * The cache as the event loop that calls this uses it, with a connection to Redis of its own: the
   * limiter's commands must not wait behind large answers.
   */
  public LoopCache on(Vertx vertx, RedisConfig redis) {
    if (!config.redis()) {
      return on(vertx);
    }
    RedisConfig hurried =
        new RedisConfig(
            redis.uri(),
            config.redisTimeout(),
            redis.failures(),
            redis.pause(),
            redis.maxInFlight());
    RedisLine line = new RedisLine(vertx, hurried);
    return new LoopCache(this, vertx, new RedisStore(vertx, line, time, config, meters, owed));
  }

  /** The cache as the event loop that calls this uses it, in memory only. */
  public LoopCache on(Vertx vertx) {
    return new LoopCache(this, vertx, SecondLevel.NONE);
  }

  MemoryStore store() {
    return store;
  }

  Flights flights() {
    return flights;
  }

  CacheMeters meters() {
    return meters;
  }

  Time time() {
    return time;
  }

  long now() {
    return time.now().toEpochMilli();
  }

  /** Answers under this key were lately not for others: let nobody wait for one. */
  void pass(String key) {
    passed.put(key, true);
  }

  boolean passes(String key) {
    return passed.getIfPresent(key) != null;
  }
}
