package dev.sluice.edge;

import dev.sluice.platform.time.Time;
import dev.sluice.platform.trace.TraceContext;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The outermost step: names the request, takes up its trace, and on the way back writes the headers
 * every reply has, the two headline metrics and the access log.
 */
final class Observe implements Step {
  /** What proxies count a request as whose client went away before it was answered. */
  private static final int HUNG_UP = 499;

  private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");
  private static final CharSequence CORRELATION_ID =
      HttpHeaders.createOptimized("X-Correlation-Id");
  private static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");

  /** Names and values of the headers that tell browsers to be careful. */
  private static final CharSequence[] SECURITY = {
    HttpHeaders.createOptimized("X-Content-Type-Options"),
    HttpHeaders.createOptimized("nosniff"),
    HttpHeaders.createOptimized("X-Frame-Options"),
    HttpHeaders.createOptimized("DENY"),
    HttpHeaders.createOptimized("Content-Security-Policy"),
    HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'"),
    HttpHeaders.createOptimized("Referrer-Policy"),
    HttpHeaders.createOptimized("no-referrer"),
    HttpHeaders.createOptimized("Cross-Origin-Resource-Policy"),
    HttpHeaders.createOptimized("same-origin"),
    HttpHeaders.CACHE_CONTROL,
    HttpHeaders.createOptimized("no-store"),
  };

  private final Time time;
  private final AccessLog accessLog;

  /**
   * @param accessLog null for none
   */
  Observe(Time time, AccessLog accessLog) {
    this.time = time;
    this.accessLog = accessLog;
  }

  @Override
  public boolean request(Exchange exchange) {
    String id = exchange.request.getHeader(REQUEST_ID);
    if (id == null) {
      id = exchange.request.getHeader(CORRELATION_ID);
    }
    exchange.correlationId = acceptable(id) ? id : freshId();
    String parent = exchange.request.getHeader(TRACEPARENT);
    exchange.traceparent =
        TraceContext.valid(parent) ? TraceContext.child(parent) : TraceContext.begin();
    return true;
  }

  @Override
  public void response(Exchange exchange) {
    if (exchange.endpoint.ours() || exchange.problem) {
      mark(exchange.response, exchange.correlationId);
    } else {
      exchange.response.putHeader(REQUEST_ID, exchange.correlationId);
    }
  }

  /** Writes what every answer has, also that to a request which never became an exchange. */
  static void mark(HttpServerResponse response, String correlationId) {
    response.putHeader(REQUEST_ID, correlationId);
    for (int i = 0; i < SECURITY.length; i += 2) {
      if (!response.headers().contains(SECURITY[i])) {
        response.putHeader(SECURITY[i], SECURITY[i + 1]);
      }
    }
  }

  @Override
  public void ended(Exchange exchange) {
    int status = exchange.answered() ? exchange.response.getStatusCode() : HUNG_UP;
    long nanos = time.nanos() - exchange.started;
    exchange.endpoint.meters().of(exchange.request.method()).record(status, nanos);
    if (accessLog != null) {
      accessLog.write(exchange, status, nanos);
    }
  }

  /**
   * A random UUID (RFC 9562, version 4). It names a request and protects nothing, so it does not
   * wait for the lock of the secure generator.
   */
  private static String freshId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & (-1L >>> 2)) | Long.MIN_VALUE;
    return new UUID(high, low).toString();
  }

  /** Short, and of characters that mean nothing to logs, shells and browsers. */
  private static boolean acceptable(String id) {
    if (id == null || id.isEmpty() || id.length() > 128) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!plain && "-_.:/+=".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
