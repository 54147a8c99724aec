package dev.sluice.edge.proxy;

import dev.sluice.edge.route.RetryConfig;
import dev.sluice.edge.upstream.UpstreamFailure;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * When a request is tried again.
 *
 * @param attempts how often, beyond the first time
 * @param statuses answers that are worth another try
 * @param onConnect whether failures to connect are
 * @param onReset whether connections that were closed before an answer are
 * @param onTimeout whether time-outs of one try are
 * @param methods of requests that may be sent twice
 * @param keyed whether those with an Idempotency-Key may, too
 * @param perTryMillis the time limit of one try; 0: that of all together
 */
record RetryRule(
    int attempts,
    Set<Integer> statuses,
    boolean onConnect,
    boolean onReset,
    boolean onTimeout,
    Set<HttpMethod> methods,
    boolean keyed,
    long perTryMillis) {

  private static final CharSequence IDEMPOTENCY_KEY =
      HttpHeaders.createOptimized("Idempotency-Key");

  private static final int FIRST_PAUSE_MILLIS = 25;
  private static final int LONGEST_PAUSE_MILLIS = 250;

  /** Methods that do no more when done twice (RFC 9110, section 9.2.2). */
  static final Set<HttpMethod> IDEMPOTENT =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.OPTIONS,
          HttpMethod.TRACE,
          HttpMethod.PUT,
          HttpMethod.DELETE);

  /** A body up to this size is kept while its request may have to be repeated. */
  static final int REPLAYED_BODY = 64 * 1024;

  static RetryRule of(RetryConfig config) {
    Set<Integer> statuses = new HashSet<>();
    List<String> on = config.on();
    for (String what : on) {
      if (Character.isDigit(what.charAt(0))) {
        statuses.add(Integer.valueOf(what));
      }
    }
    Set<HttpMethod> methods = new HashSet<>();
    for (String method : config.methods()) {
      if (method.equals("idempotent")) {
        methods.addAll(IDEMPOTENT);
      } else {
        methods.add(HttpMethod.valueOf(method));
      }
    }
    return new RetryRule(
        config.attempts(),
        Set.copyOf(statuses),
        on.contains("connect"),
        on.contains("reset"),
        on.contains("timeout"),
        Set.copyOf(methods),
        config.methods().contains("idempotent"),
        config.perTry().toMillis());
  }

  /** Before the next try: longer each time, and not the same for all who wait ("full jitter"). */
  static long pauseMillis(int attempts, Forwarder forwarder) {
    int most = FIRST_PAUSE_MILLIS << Math.min(attempts - 1, 8);
    return forwarder.draw(Math.min(LONGEST_PAUSE_MILLIS, most));
  }

  /**
   * Whether the body is read whole before it is sent: short ones that may have to be sent again.
   */
  boolean keepsBody(Inbound in) {
    if (attempts == 0 || !mayRepeat(in.request())) {
      return false;
    }
    long length = Headers.contentLength(in.request().headers());
    return length >= 0 && length <= REPLAYED_BODY;
  }

  /** Whether this failure is worth another try. */
  boolean wants(UpstreamFailure kind) {
    return switch (kind) {
      case CONNECT, DNS, TLS, POOL_FULL -> onConnect;
      case RESET, PROTOCOL -> onReset;
      case TIMEOUT -> onTimeout;
    };
  }

  /** Whether the request may be sent twice. */
  boolean mayRepeat(HttpServerRequest request) {
    return methods.contains(request.method())
        || (keyed && request.headers().contains(IDEMPOTENCY_KEY));
  }
}
