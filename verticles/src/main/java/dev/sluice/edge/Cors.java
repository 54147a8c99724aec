package dev.sluice.edge;

import dev.sluice.contract.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;

/**
 * Cross-origin requests, as https://fetch.spec.whatwg.org/#http-cors-protocol has it: answers the
 * preflight itself, before authentication, and marks the replies that other origins may read.
 */
final class Cors implements Step {
  private final Set<String> origins;
  private final boolean any;
  private final boolean credentials;
  private final String methods;
  private final String headers;
  private final String exposed;
  private final String maxAge;

  Cors(EdgeConfig.CorsConfig config) {
    this.origins = Set.copyOf(config.origins());
    this.any = origins.contains("*");
    this.credentials = config.credentials();
    this.methods = String.join(", ", config.methods());
    this.headers = String.join(", ", config.headers());
    this.exposed = String.join(", ", config.exposed());
    this.maxAge = Long.toString(config.maxAge().toSeconds());
  }

  @Override
  public boolean request(Exchange exchange) {
    if (origins.isEmpty()
        || !exchange.request.method().equals(HttpMethod.OPTIONS)
        || exchange.request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) == null) {
      return true;
    }
    String origin = exchange.request.getHeader(HttpHeaders.ORIGIN);
    if (!allowed(origin)) {
      exchange.fail(Problem.DENIED.because("this origin may not call here: " + origin));
      return false;
    }
    HttpServerResponse response = exchange.response;
    response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, methods);
    response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, headers);
    response.putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, maxAge);
    exchange.answer(204);
    return false;
  }

  @Override
  public void response(Exchange exchange) {
    if (origins.isEmpty()) {
      return;
    }
    HttpServerResponse response = exchange.response;
    if (!any) {
      vary(response);
    }
    String origin = exchange.request.getHeader(HttpHeaders.ORIGIN);
    if (allowed(origin)) {
      response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, any ? "*" : origin);
      response.putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
      response.putHeader("Cross-Origin-Resource-Policy", "cross-origin");
      if (credentials) {
        response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
      }
    }
  }

  /** Beside what an upstream, or compressing, has said. */
  private static void vary(HttpServerResponse response) {
    if (!response.headers().contains(HttpHeaders.VARY, HttpHeaders.ORIGIN, true)) {
      response.headers().add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }
  }

  private boolean allowed(String origin) {
    return origin != null && (any || origins.contains(origin));
  }
}
