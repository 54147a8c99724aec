package dev.sluice.edge.proxy;

import dev.sluice.contract.Failure;
import dev.sluice.edge.upstream.Attempt;
import dev.sluice.edge.upstream.Endpoint;
import dev.sluice.edge.upstream.Outgoing;
import dev.sluice.edge.upstream.Pick;
import dev.sluice.edge.upstream.Refusal;
import dev.sluice.edge.upstream.UpstreamFailure;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;

/**
 * A request of our own to an upstream, beside or in place of the client's, within one time limit
 * for all of it. It is not repeated, but for one that may be and met an idle connection that was
 * just given up. Ends by exactly one of {@link #complete}, {@link #unwanted} and {@link #failed},
 * or by {@link #cancel}.
 */
abstract class Fetch extends Deadlines.Limit {
  /** After an upstream was restarted, all idle connections to it are. */
  private static final int MOST_STALE = 3;

  private final Forwarder forwarder;
  private final Way way;
  private final Inbound in;
  private final HttpMethod method;
  private final String uri;
  private final Buffer body;
  private Attempt attempt;
  private HttpClientRequest request;
  private HttpClientResponse response;
  private boolean reused;
  private int stale;
  private boolean over;

  /**
   * @param in on whose behalf
   * @param body null for none
   */
  Fetch(Forwarder forwarder, Way way, Inbound in, HttpMethod method, String uri, Buffer body) {
    this.forwarder = forwarder;
    this.way = way;
    this.in = in;
    this.method = method;
    this.uri = uri;
    this.body = body;
  }

  /** Writes the head of the request. */
  abstract void prepare(HttpClientRequest to);

  /** Whether the body of this answer is of use. If not that was all, and the rest is not read. */
  abstract boolean head(int status);

  /** A part of the body; false if no more is wanted, and {@link #unwanted} is the end. */
  abstract boolean part(Buffer bytes);

  /** The answer is complete. */
  abstract void complete(int status, MultiMap headers);

  /** The answer is none that is wanted. */
  abstract void unwanted(int status);

  /**
   * There is no answer, or not all of it.
   *
   * @param status 502, 503 or 504
   */
  abstract void failed(int status, Failure why);

  final void begin(long millis) {
    forwarder.deadlines().in(millis, this);
    ask();
  }

  final void cancel() {
    if (close() && attempt != null) {
      attempt.cancelled();
      reset();
    }
  }

  @Override
  protected final void late() {
    fail(UpstreamFailure.TIMEOUT);
  }

  private void ask() {
    Pick pick = way.pick(in, 0);
    if (pick instanceof Refusal refusal) {
      if (close()) {
        failed(503, Reasons.unavailable(way, refusal));
      }
      return;
    }
    request = null;
    attempt = ((Endpoint) pick).begin();
    forwarder.connect(attempt.endpoint(), method, uri).onComplete(this::connected);
  }

  private void connected(Outgoing made, Throwable failure) {
    if (failure != null) {
      fail(UpstreamFailure.of(failure));
    } else if (over) {
      made.request().reset();
    } else {
      reused = made.reused();
      request = made.request();
      prepare(request);
      request.exceptionHandler(e -> {}); // the response fails too
      request.response().onComplete(this::headCame);
      if (body == null) {
        request.end();
      } else {
        request.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        request.end(body);
      }
    }
  }

  private void headCame(HttpClientResponse head, Throwable failure) {
    if (over) {
      if (head != null) {
        head.exceptionHandler(e -> {}); // or what breaks off when nobody wants it is logged
      }
      return;
    }
    if (failure != null) {
      boolean again =
          RetryRule.IDEMPOTENT.contains(method)
              && UpstreamFailure.staleConnection(failure, reused, false)
              && stale++ < MOST_STALE;
      if (again) {
        attempt.cancelled();
        ask();
      } else {
        fail(UpstreamFailure.of(failure));
      }
      return;
    }
    response = head;
    int status = head.statusCode();
    attempt.answered(status);
    if (head(status)) {
      head.exceptionHandler(e -> fail(UpstreamFailure.RESET));
      head.handler(this::take);
      head.endHandler(end -> end(status));
    } else if (close()) {
      attempt.succeeded(status);
      forwarder.discard(head, request);
      unwanted(status);
    }
  }

  private void take(Buffer bytes) {
    if (!over && !part(bytes) && close()) {
      attempt.succeeded(response.statusCode());
      reset();
      unwanted(response.statusCode());
    }
  }

  private void end(int status) {
    if (close()) {
      attempt.succeeded(status);
      complete(status, response.headers());
    }
  }

  private void fail(UpstreamFailure kind) {
    if (close()) {
      attempt.failed(kind);
      reset();
      Reasons.tell(kind, way.upstream().name(), this::failed);
    }
  }

  private boolean close() {
    if (over) {
      return false;
    }
    over = true;
    forwarder.deadlines().cancel(this);
    return true;
  }

  private void reset() {
    if (request != null) {
      request.reset();
    }
  }
}
