package dev.sluice.edge;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Reads whole request bodies: of JSON, up to a size, and within a time. */
final class Bodies {
  private static final int SHORT_DIGITS = 5;
  private static final long HANG_UP_MILLIS = 1000;

  /** Of routes that need no credentials: a login is short. */
  private static final int ANYONES_LIMIT = 64 * 1024;

  private static final Duration SOON = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final EdgeConfig config;
  private final AtomicLong held;
  private final int anyonesLimit;

  /**
   * @param held bytes of bodies this node is reading now, all event loops together
   */
  Bodies(Vertx vertx, EdgeConfig config, AtomicLong held) {
    this.vertx = vertx;
    this.config = config;
    this.held = held;
    this.anyonesLimit = Math.min(ANYONES_LIMIT, config.bodyLimit());
  }

  /** Whether there is one. HTTP/2 has frames for it, and says nothing before. */
  static boolean has(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      return !length.equals("0");
    }
    if (request.version() != HttpVersion.HTTP_2) {
      return request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }
    HttpMethod method = request.method();
    return !method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD);
  }

  /**
   * Fails with UNSUPPORTED, TOO_LARGE, INVALID (too slow, or cut off), or UNAVAILABLE when too many
   * bodies are being read at once.
   */
  Future<Buffer> read(Exchange exchange) {
    String type = exchange.request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (!json(type)) {
      return Future.failedFuture(
          Problem.UNSUPPORTED.because(
              "the body must be JSON, sent with 'Content-Type: application/json'"
                  + (type == null ? "" : ", not '" + type + "'")));
    }
    return read(
        exchange, exchange.endpoint.requires().isEmpty() ? anyonesLimit : config.bodyLimit());
  }

  /** The same for a body of any kind. */
  Future<Buffer> read(Exchange exchange, int limit) {
    String length = exchange.request.getHeader(HttpHeaders.CONTENT_LENGTH);
    // The server has checked that it is a number; longer than ten digits is larger than any limit.
    if (length != null && (length.length() > 10 || Long.parseLong(length) > limit)) {
      return Future.failedFuture(tooLarge(limit));
    }
    exchange.wantBody();
    Promise<Buffer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    long timer =
        vertx.setTimer(
            config.bodyTimeout().toMillis(),
            late -> {
              exchange.bodyWasTooSlow = true;
              whole.tryFail(Problem.INVALID.because("the body came too slowly"));
            });
    exchange
        .request
        .handler(
            part -> {
              if (body.length() + part.length() > limit) {
                whole.tryFail(tooLarge(limit));
              } else if (whole.future().isComplete()) {
                return; // refused already; the rest is passed over
              } else if (held.addAndGet(part.length()) > config.bodyMemory()) {
                held.addAndGet(-part.length());
                whole.tryFail(
                    Problem.UNAVAILABLE.because("too many bodies at once").retryAfter(SOON));
              } else {
                body.appendBuffer(part);
              }
            })
        .exceptionHandler(e -> whole.tryFail(Problem.INVALID.because("the body was cut off")))
        .endHandler(end -> whole.tryComplete(body))
        .resume();
    return whole
        .future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              held.addAndGet(-body.length());
            });
  }

  /**
   * Gets rid of a body nobody wants, while its request is answered: a short one is read and
   * forgotten, so that the connection can be used again; after a long one, or one that was too
   * slow, the connection is closed. Not at once, because a client that still sends would lose the
   * answer with it.
   */
  void passOver(Exchange exchange) {
    HttpServerRequest request = exchange.request;
    if (request.version() == HttpVersion.HTTP_2) {
      passOverStream(exchange);
      return;
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    boolean reusable =
        length != null
            && length.length() <= SHORT_DIGITS
            && !exchange.bodyWasTooSlow
            && !exchange.bodyIsWaitedWith();
    if (!reusable && !exchange.response.headWritten()) {
      exchange.response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    HttpConnection connection = request.connection();
    long limit = reusable ? config.bodyTimeout().toMillis() : HANG_UP_MILLIS;
    long timer = vertx.setTimer(limit, late -> connection.close());
    request.handler(null).exceptionHandler(gone -> vertx.cancelTimer(timer));
    request.endHandler(
        end -> {
          vertx.cancelTimer(timer);
          if (!reusable) {
            connection.close();
          }
        });
    request.resume();
  }

  /** The connection has other streams; only this one is ended, some time after its answer. */
  private void passOverStream(Exchange exchange) {
    long timer = vertx.setTimer(HANG_UP_MILLIS, late -> exchange.response.reset(0));
    HttpServerRequest request = exchange.request;
    request.handler(null).exceptionHandler(gone -> vertx.cancelTimer(timer));
    request.endHandler(end -> vertx.cancelTimer(timer));
    request.resume();
  }

  private static boolean json(String type) {
    if (type == null) {
      return false;
    }
    int end = type.indexOf(';');
    String media = (end < 0 ? type : type.substring(0, end)).trim();
    return media.equalsIgnoreCase("application/json")
        || media.regionMatches(true, Math.max(0, media.length() - 5), "+json", 0, 5);
  }

  private static Failure tooLarge(int limit) {
    return Problem.TOO_LARGE.because("the body is larger than the limit of " + limit + " bytes");
  }
}
