package dev.sluice.edge.proxy;

import dev.sluice.edge.idempotency.KeptAnswer;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;

/**
 * Takes down the answer to a request that has claimed its key, for repetitions. It goes on when the
 * client goes away, which is when it is needed. It ends by {@link #end} or {@link #abort}, or when
 * the claim runs out; then nothing of it is kept.
 */
final class Recording extends Deadlines.Limit {
  private static final int MOST_BYTES = 256 * 1024;

  private final OnlyOnce once;
  private final String key;
  private final String token;
  private final ProxyRoute route;
  private final Buffer request;
  private final Buffer body = Buffer.buffer();
  private int status;
  private MultiMap headers;
  private boolean tooLarge;
  private boolean over = true;
  private Try alone;

  /**
   * @param request its body; null if it has none
   */
  Recording(OnlyOnce once, String key, String token, ProxyRoute route, Buffer request) {
    this.once = once;
    this.key = key;
    this.token = token;
    this.route = route;
    this.request = request;
  }

  /** One that takes down nothing. */
  static Recording none(OnlyOnce once, ProxyRoute route, Buffer request) {
    return new Recording(once, "", "", route, request);
  }

  /** The key has been claimed for this time. */
  void begin(Duration lease) {
    over = false;
    once.deadlines().in(lease.toMillis(), this);
  }

  /** The body of the request, which was read to see what it is; null if it has none. */
  Buffer request() {
    return request;
  }

  void head(HttpClientResponse answer) {
    if (!OnlyOnce.lasts(answer.statusCode())) {
      abort();
    }
    if (!over) {
      status = answer.statusCode();
      headers = MultiMap.caseInsensitiveMultiMap();
      Headers.towardsClient(answer.headers(), headers, answer.version());
    }
  }

  void part(Buffer bytes) {
    if (over || tooLarge) {
      return;
    }
    boolean fits = body.length() + bytes.length() <= MOST_BYTES;
    if (fits && once.kept().take(bytes.length())) {
      body.appendBuffer(bytes);
    } else {
      tooLarge = true;
    }
  }

  /** The answer is complete. */
  void end() {
    if (close()) {
      KeptAnswer answer = tooLarge ? null : new KeptAnswer(status, headers, body);
      once.store()
          .keep(key, token, answer, route.idempotency().ttl())
          .onComplete(done -> once.kept().giveBack(body.length()));
    }
  }

  /** There is none that could be kept: the next request with the key is the first. */
  void abort() {
    if (close()) {
      once.kept().giveBack(body.length());
      once.free(key, token);
    }
  }

  /** Whether the answer is still wanted when the client has gone. */
  boolean goesOn() {
    return !over;
  }

  /** Reads the rest of an answer whose client has gone. */
  void goOn(Try current, HttpClientResponse from) {
    alone = current;
    from.exceptionHandler(
        e -> {
          abort();
          current.broke();
        });
    from.handler(this::part);
    from.endHandler(
        ended -> {
          end();
          current.done(false);
        });
    from.resume();
  }

  /** The claim runs out: somebody else may have the key now. */
  @Override
  protected void late() {
    if (close()) {
      once.kept().giveBack(body.length());
      if (alone != null) {
        alone.cancel();
      }
    }
  }

  private boolean close() {
    if (over) {
      return false;
    }
    over = true;
    once.deadlines().cancel(this);
    return true;
  }
}
