package dev.sluice.edge.cache;

import dev.sluice.platform.redis.RedisLine;
import dev.sluice.platform.redis.RedisScript;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers in Redis, for all nodes; for one event loop.
 *
 * <p>A purge deletes nothing. It leaves a mark with the time by Redis's clock, and an answer is
 * only there if the upstream was asked for it after all marks that hit it. So a purge costs the
 * same however much is kept, and hits also what other nodes were just fetching. That moment is
 * estimated from the last time Redis told its clock, always too early. Marks outlive answers; when
 * they become too many, one for everything takes their place.
 *
 * <p>Ages too go by Redis's clock, so that nodes need not agree about the time.
 */
final class RedisStore implements SecondLevel {
  /** The braces put all keys into one slot of a Redis cluster, which the scripts need. */
  private static final String PREFIX = "sluice:{cache}:";

  private static final String MARKS = PREFIX + "marks";
  private static final String PREFIXES = PREFIX + "prefixes";
  private static final RedisScript GET = RedisScript.read(RedisStore.class, "get.lua");
  private static final RedisScript PUT = RedisScript.read(RedisStore.class, "put.lua");
  private static final RedisScript PURGE = RedisScript.read(RedisStore.class, "purge.lua");
  private static final long LONGEST_MILLIS = 24 * 3_600_000L;
  private static final long SHORTEST_MILLIS = 1000;
  private static final long RULE_MILLIS = 3_600_000;
  private static final long AGAIN_MILLIS = 500;
  private static final int MOST_OWED = 256;

  private final Vertx vertx;
  private final RedisLine redis;
  private final Time time;
  private final CacheStoreConfig config;
  private final CacheMeters meters;
  private final AtomicInteger owedByAll;
  private final Deque<Purge> owed = new ArrayDeque<>();
  private long redisMicros = UNKNOWN;
  private long heardNanos;
  private long writing;
  private long timer = -1;
  private boolean closed;

  /**
   * @param owedByAll purges of all event loops of this node that Redis does not know of yet; while
   *     there are any, nothing is read from it
   */
  RedisStore(
      Vertx vertx,
      RedisLine redis,
      Time time,
      CacheStoreConfig config,
      CacheMeters meters,
      AtomicInteger owedByAll) {
    this.vertx = vertx;
    this.redis = redis;
    this.time = time;
    this.config = config;
    this.meters = meters;
    this.owedByAll = owedByAll;
  }

  @Override
  public Future<Kept> get(String key) {
    if (owedByAll.get() > 0) {
      return Future.succeededFuture();
    }
    return GET.run(
            redis,
            request ->
                request.arg(3).arg(entry(key)).arg(MARKS).arg(PREFIXES).arg(CacheKey.uriOf(key)))
        .map(response -> found(key, response))
        .otherwise(
            failure -> {
              meters.second(CacheMeters.Second.FAILED);
              return null;
            });
  }

  private Kept found(String key, Response response) {
    redisMicros = Long.parseLong(response.get(0).toString());
    heardNanos = time.nanos();
    Kept kept = null;
    if (response.size() > 2) {
      Buffer value = response.get(2).toBuffer();
      kept = Packed.read(key, value, time.now().toEpochMilli());
    }
    meters.second(kept == null ? CacheMeters.Second.MISS : CacheMeters.Second.HIT);
    if (kept instanceof StoredResponse stored) {
      long elapsed = (redisMicros - Long.parseLong(response.get(1).toString())) / 1000;
      return stored.at(stored.initialAge() + Math.max(0, elapsed), stored.received());
    }
    return kept;
  }

  /** A thousandth slower than this node's clock, which may be the faster one. */
  @Override
  public long moment() {
    if (redisMicros == UNKNOWN) {
      return UNKNOWN;
    }
    long elapsed = (time.nanos() - heardNanos) / 1000;
    return redisMicros + elapsed - elapsed / 1000;
  }

  @Override
  public void put(String key, Kept kept, long began) {
    long millis = millisOfUse(kept);
    if (began == UNKNOWN || millis < SHORTEST_MILLIS || kept.weight() > config.redisMaxEntry()) {
      return;
    }
    Buffer value = Packed.write(key, kept);
    int size = value.length();
    if (writing + size > config.redisInFlight()) {
      return;
    }
    writing += size;
    List<String> tags = kept instanceof StoredResponse stored ? stored.tags() : List.of();
    PUT.run(
            redis,
            request ->
                request
                    .arg(1)
                    .arg(entry(key))
                    .arg(began)
                    .arg(String.join("\n", tags))
                    .arg(value)
                    .arg(Math.min(millis, LONGEST_MILLIS)))
        .onComplete(
            done -> {
              writing -= size;
              if (done.failed()) {
                meters.second(CacheMeters.Second.FAILED);
              }
            });
  }

  private long millisOfUse(Kept kept) {
    if (!(kept instanceof StoredResponse stored)) {
      return RULE_MILLIS;
    }
    long stale = Math.max(stored.staleWhileRevalidate(), stored.staleIfError());
    return stored.validateAlways() ? 0 : stored.remaining(stored.received()) + stale;
  }

  @Override
  public Future<Boolean> purge(Purge purge) {
    return mark(purge)
        .map(true)
        .otherwise(
            failure -> {
              owe(purge);
              return false;
            });
  }

  private Future<Void> mark(Purge purge) {
    return PURGE
        .run(
            redis,
            request ->
                request.arg(2).arg(MARKS).arg(PREFIXES).arg(purge.kind().name()).arg(purge.what()))
        .mapEmpty();
  }

  private void owe(Purge purge) {
    if (closed) {
      return;
    }
    if (owed.size() >= MOST_OWED) {
      owedByAll.addAndGet(-owed.size());
      owed.clear();
      owed.add(Purge.all());
    } else {
      owed.add(purge);
    }
    owedByAll.addAndGet(1);
    again();
  }

  private void again() {
    if (timer < 0 && !closed) {
      timer = vertx.setTimer(AGAIN_MILLIS, now -> pay());
    }
  }

  private void pay() {
    timer = -1;
    Purge next = owed.peek();
    if (next == null || closed) {
      return;
    }
    mark(next)
        .onComplete(
            done -> {
              if (done.failed()) {
                again();
                return;
              }
              if (owed.remove(next)) {
                owedByAll.addAndGet(-1);
              }
              pay();
            });
  }

  @Override
  public void close() {
    closed = true;
    if (timer >= 0) {
      vertx.cancelTimer(timer);
    }
    owedByAll.addAndGet(-owed.size());
    owed.clear();
    redis.close();
  }

  static String entry(String key) {
    byte[] hash = RedisScript.digest("SHA-256", key.getBytes(StandardCharsets.UTF_8));
    return PREFIX + "e:" + HexFormat.of().formatHex(hash);
  }
}
