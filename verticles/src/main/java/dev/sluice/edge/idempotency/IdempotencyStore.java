package dev.sluice.edge.idempotency;

import dev.sluice.platform.redis.RedisConfig;
import dev.sluice.platform.redis.RedisLine;
import dev.sluice.platform.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.time.Duration;

/**
 * Keys and answers in Redis, for one event loop. All of it belongs to a key for as long as the
 * claim, and then the answer, is of use.
 *
 * <p>Who claims a key gets it for a time and under a token of its own. After the time somebody else
 * may claim it; the token then is another one, and what the slow one says does not count.
 */
public final class IdempotencyStore {
  private static final String PREFIX = "sluice:idempotency:";
  private static final RedisScript CLAIM = RedisScript.read(IdempotencyStore.class, "claim.lua");
  private static final RedisScript KEEP = RedisScript.read(IdempotencyStore.class, "keep.lua");
  private static final RedisScript FREE = RedisScript.read(IdempotencyStore.class, "free.lua");

  private final RedisLine redis;

  /** With a connection of its own, made with the first command; call on the event loop. */
  public IdempotencyStore(Vertx vertx, RedisConfig redis) {
    this.redis = new RedisLine(vertx, redis);
  }

  /**
   * Asks for a key. Fails when Redis cannot be asked; it may have been claimed even so.
   *
   * @param key a hash of all it is for
   * @param print the same for the same request
   * @param token of whoever asks, never used before
   * @param lease how long the claim holds if nothing more is heard
   */
  public Future<Claim> claim(String key, String print, String token, Duration lease) {
    return CLAIM
        .run(
            redis,
            request -> request.arg(1).arg(name(key)).arg(print).arg(token).arg(lease.toMillis()))
        .map(IdempotencyStore::claimed);
  }

  /**
   * Keeps an answer for repetitions; null if it was too large. False if the claim is not the
   * token's any more.
   */
  public Future<Boolean> keep(String key, String token, KeptAnswer answer, Duration ttl) {
    Buffer bytes = answer == null ? Buffer.buffer() : answer.pack();
    return KEEP.run(
            redis,
            request -> request.arg(1).arg(name(key)).arg(token).arg(bytes).arg(ttl.toMillis()))
        .map(response -> response.toInteger() == 1);
  }

  /** Gives up a claim, unless it is not the token's any more: the next one is the first again. */
  public Future<Void> free(String key, String token) {
    return FREE.run(redis, request -> request.arg(1).arg(name(key)).arg(token)).mapEmpty();
  }

  /** Closes the connection. */
  public void close() {
    redis.close();
  }

  private static Claim claimed(Response response) {
    return switch (response.get(0).toString()) {
      case "first" -> new Claim.First();
      case "other" -> new Claim.Other();
      case "under way" -> new Claim.UnderWay();
      default -> {
        KeptAnswer answer = KeptAnswer.unpack(response.get(1).toBuffer());
        yield answer == null ? new Claim.Lost() : new Claim.Done(answer);
      }
    };
  }

  /** The braces let the keys of a Redis cluster be spread by their hash alone. */
  private static String name(String key) {
    return PREFIX + "{" + key + "}";
  }
}
