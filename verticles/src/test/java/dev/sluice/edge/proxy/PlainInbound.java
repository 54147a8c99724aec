package dev.sluice.edge.proxy;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/** A request without a chain in front. A second answer is a defect, and told. */
final class PlainInbound implements Inbound {
  static final String TWICE = "answered twice";

  private final HttpServerRequest request;
  private boolean answered;

  PlainInbound(HttpServerRequest request) {
    this.request = request;
    request.response().exceptionHandler(gone -> {});
    if (hasBody()) {
      request.pause();
    }
  }

  @Override
  public HttpServerRequest request() {
    return request;
  }

  @Override
  public HttpServerResponse response() {
    return request.response();
  }

  @Override
  public boolean hasBody() {
    return request.headers().contains(HttpHeaders.CONTENT_LENGTH)
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  @Override
  public String path() {
    return request.path();
  }

  @Override
  public String authority() {
    return request.getHeader(HttpHeaders.HOST);
  }

  @Override
  public List<String> parameters() {
    return List.of();
  }

  @Override
  public String rest() {
    return request.path().substring(1);
  }

  @Override
  public String host() {
    return "127.0.0.1";
  }

  @Override
  public boolean behindTrustedProxy() {
    return false;
  }

  @Override
  public Identity identity() {
    return null;
  }

  @Override
  public String correlationId() {
    return "c";
  }

  @Override
  public String traceparent() {
    return "t";
  }

  @Override
  public String clientKey() {
    return host();
  }

  @Override
  public boolean begin(int status) {
    if (answered) {
      throw new AssertionError(TWICE);
    }
    if (request.response().closed()) {
      return false;
    }
    answered = true;
    request.response().setStatusCode(status);
    return true;
  }

  @Override
  public void sent(int bytes) {}

  @Override
  public void fail(Throwable cause) {
    fail(
        cause instanceof Failure failure && failure.problem() != Problem.INTERNAL ? 400 : 500,
        cause);
  }

  @Override
  public void fail(int status, Throwable cause) {
    answer(status, "text/plain", Buffer.buffer(String.valueOf(cause.getMessage())));
  }

  @Override
  public void answer(int status, CharSequence contentType, Buffer body) {
    if (begin(status)) {
      request.response().end(body);
    }
  }

  @Override
  public Future<Buffer> wholeBody(int limit) {
    Future<Buffer> body = request.body();
    request.resume();
    return body;
  }

  @Override
  public void wantBody() {}

  @Override
  public void passOverBody() {
    request.resume();
  }
}
