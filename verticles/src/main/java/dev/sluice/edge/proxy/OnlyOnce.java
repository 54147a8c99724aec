package dev.sluice.edge.proxy;

import dev.sluice.contract.Problem;
import dev.sluice.edge.idempotency.Claim;
import dev.sluice.edge.idempotency.IdempotencyConfig;
import dev.sluice.edge.idempotency.IdempotencyStore;
import dev.sluice.edge.idempotency.KeptAnswer;
import dev.sluice.platform.redis.RedisScript;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Requests with an {@code Idempotency-Key} on one event loop, after the draft of the IETF
 * (draft-ietf-httpapi-idempotency-key-header): the first goes on to the upstream, and the others
 * get its answer. A key is one client's on one route; what it was used for is a hash of method,
 * path, query and body. See {@link IdempotencyConfig} for what is promised.
 */
final class OnlyOnce {
  static final CharSequence KEY = HttpHeaders.createOptimized("Idempotency-Key");
  private static final CharSequence REPLAYED = HttpHeaders.createOptimized("Idempotency-Replayed");
  private static final CharSequence TRUE = HttpHeaders.createOptimized("true");
  private static final int LONGEST_KEY = 255;
  private static final int MOST_BODY = 256 * 1024;
  private static final long MOST_KEPT = 32L * 1024 * 1024;
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Set<HttpMethod> SAFE =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.TRACE);

  /** Answers take their time after the head, and are kept after that. */
  private static final Duration AFTER_HEAD = Duration.ofSeconds(30);

  private final Forwarder forwarder;
  private final IdempotencyStore store;
  private final ByteAllowance kept = new ByteAllowance(MOST_KEPT);

  OnlyOnce(Forwarder forwarder, IdempotencyStore store) {
    this.forwarder = forwarder;
    this.store = store;
  }

  /** Whether the request is one of those. */
  static boolean asked(Inbound in, ProxyRoute route) {
    return route.idempotency() != null
        && in.request().headers().contains(KEY)
        && !SAFE.contains(in.request().method());
  }

  void forward(Inbound in, ProxyRoute route) {
    List<String> keys = in.request().headers().getAll(KEY);
    if (keys.size() != 1 || !visible(keys.get(0))) {
      in.fail(
          Problem.field(
              KEY.toString(), "must be one of 1 to 255 visible ASCII characters, best a UUID"));
    } else if (in.hasBody()) {
      int limit = (int) Math.min(MOST_BODY, route.bodyLimit());
      in.wholeBody(limit).onSuccess(body -> claim(in, route, body)).onFailure(in::fail);
    } else {
      claim(in, route, null);
    }
  }

  private void claim(Inbound in, ProxyRoute route, Buffer body) {
    HttpMethod method = in.request().method();
    Buffer asked = Buffer.buffer(method + "\n" + in.request().uri() + "\n");
    String print = hash(body == null ? asked : asked.appendBuffer(body));
    String name = in.request().getHeader(KEY) + "\n" + in.clientKey() + "\n" + route.name();
    String key = hash(Buffer.buffer(name));
    String token = UUID.randomUUID().toString();
    Duration lease = Duration.ofMillis(route.timeoutMillis()).plus(AFTER_HEAD);
    store
        .claim(key, print, token, lease)
        .onSuccess(
            claim -> claimed(claim, in, route, new Recording(this, key, token, route, body), lease))
        .onFailure(
            away -> {
              free(key, token); // perhaps only the answer was late
              withoutStore(in, route, body);
            });
  }

  private void claimed(
      Claim claim, Inbound in, ProxyRoute route, Recording recording, Duration lease) {
    if (claim instanceof Claim.First) {
      recording.begin(lease);
      if (in.response().closed()) {
        recording.abort(); // nothing was done yet
      } else {
        new ToClient(in, route, forwarder, null, recording).start();
      }
    } else if (claim instanceof Claim.Done done) {
      replay(done.answer(), in, route);
    } else if (claim instanceof Claim.Other) {
      in.fail(Problem.UNPROCESSABLE.because("this Idempotency-Key was used for another request"));
    } else if (claim instanceof Claim.UnderWay) {
      in.fail(
          Problem.CONFLICT
              .because("a request with this Idempotency-Key is still under way")
              .retryAfter(SOON));
    } else {
      in.fail(
          Problem.CONFLICT.because(
              "the request with this Idempotency-Key was done, and its answer was not kept"));
    }
  }

  private void withoutStore(Inbound in, ProxyRoute route, Buffer body) {
    if (route.idempotency().onRedisLoss() == IdempotencyConfig.Loss.OPEN) {
      new ToClient(in, route, forwarder, null, Recording.none(this, route, body)).start();
    } else {
      in.fail(
          Problem.UNAVAILABLE
              .because("requests with an Idempotency-Key cannot be told apart now")
              .retryAfter(SOON));
    }
  }

  private void replay(KeptAnswer answer, Inbound in, ProxyRoute route) {
    MultiMap headers = in.response().headers();
    headers.addAll(answer.headers());
    headers.set(REPLAYED, TRUE);
    headers.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(answer.body().length()));
    Outlet.whole(answer.status(), answer.headers(), answer.body(), in, route, forwarder);
  }

  ByteAllowance kept() {
    return kept;
  }

  Deadlines deadlines() {
    return forwarder.deadlines();
  }

  IdempotencyStore store() {
    return store;
  }

  /** Without a word if that fails: the claim ends by itself. */
  void free(String key, String token) {
    store.free(key, token).onFailure(away -> {});
  }

  void close() {
    store.close();
  }

  /** Whether an answer stands for all repetitions, and is not one that time may change. */
  static boolean lasts(int status) {
    return status < 500 && status != 408 && status != 425 && status != 429;
  }

  private static boolean visible(String key) {
    return !key.isEmpty()
        && key.length() <= LONGEST_KEY
        && key.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  private static String hash(Buffer bytes) {
    return HexFormat.of().formatHex(RedisScript.digest("SHA-256", bytes.getBytes()));
  }
}
