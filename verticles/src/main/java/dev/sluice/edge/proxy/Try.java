package dev.sluice.edge.proxy;

import dev.sluice.edge.guard.Cut;
import dev.sluice.edge.upstream.Attempt;
import dev.sluice.edge.upstream.Endpoint;
import dev.sluice.edge.upstream.Outgoing;
import dev.sluice.edge.upstream.UpstreamFailure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * One try to have a request answered by one target: a connection, the request, the answer. How it
 * went is told to the upstream's {@link Attempt}.
 */
final class Try extends Deadlines.Limit {
  private final Forwarding forwarding;
  private final Attempt attempt;
  private HttpClientRequest request;
  private HttpClientResponse response;
  private boolean reused;
  private boolean over;
  private long bodyBytes;

  Try(Forwarding forwarding, Endpoint endpoint) {
    this.forwarding = forwarding;
    this.attempt = endpoint.begin();
  }

  void begin() {
    long limit = forwarding.route.retry().perTryMillis();
    if (limit > 0) {
      forwarding.forwarder.deadlines().in(limit, this);
    }
    forwarding
        .forwarder
        .connect(attempt.endpoint(), forwarding.method, forwarding.uri())
        .onComplete(this::connected);
  }

  /** Ends it without a word about the target: it is not its fault. */
  void cancel() {
    if (close()) {
      attempt.cancelled();
      reset();
    }
  }

  /** The time is over, that of this try or of all. */
  @Override
  protected void late() {
    fail(UpstreamFailure.TIMEOUT, request == null);
  }

  /** Lets an answer that is not passed on run out, so that its connection can be used again. */
  void discard(HttpClientResponse unwanted) {
    if (close()) {
      attempt.succeeded(unwanted.statusCode());
      forwarding.forwarder.discard(unwanted, request);
    }
  }

  /**
   * The answer is complete.
   *
   * @param early whether the request was not: then the connection cannot be used again
   */
  void done(boolean early) {
    if (close()) {
      attempt.succeeded(response.statusCode());
      if (early) {
        reset();
      }
    }
  }

  /** The answer broke off. */
  void broke() {
    if (close()) {
      attempt.failed(UpstreamFailure.RESET);
      reset();
    }
  }

  private void fail(UpstreamFailure kind, boolean unharmed) {
    if (response == null && close()) {
      attempt.failed(kind);
      reset();
      forwarding.failed(this, kind, unharmed);
    }
  }

  private boolean close() {
    if (over) {
      return false;
    }
    over = true;
    forwarding.forwarder.deadlines().cancel(this);
    return true;
  }

  private void reset() {
    if (request != null) {
      request.reset();
      Cut.offWhenStuck(request); // a target that does not read would keep it open
    }
  }

  private void connected(Outgoing made, Throwable failure) {
    if (failure != null) {
      fail(UpstreamFailure.of(failure), true);
    } else if (over) {
      made.request().reset();
    } else {
      reused = made.reused();
      request = made.request();
      try {
        send(request);
      } catch (RuntimeException e) {
        cancel();
        forwarding.defect(e);
      }
    }
  }

  private void send(HttpClientRequest made) {
    forwarding.writeHead(made);
    made.exceptionHandler(e -> {}); // the response fails too
    made.response().onComplete(this::headCame);
    Buffer body = forwarding.body();
    if (body != null) {
      made.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
      made.end(body);
    } else if (forwarding.streamsBody()) {
      stream(made);
    } else {
      made.end();
    }
  }

  private void headCame(HttpClientResponse head, Throwable failure) {
    if (head != null) {
      head.exceptionHandler(e -> {}); // or what breaks off when nobody wants it is logged
    }
    if (failure != null && !over && UpstreamFailure.staleConnection(failure, reused, false)) {
      close();
      attempt.cancelled();
      forwarding.stale(this);
    } else if (failure != null) {
      fail(UpstreamFailure.of(failure), UpstreamFailure.neverSent(failure));
    } else if (!over) {
      response = head;
      attempt.answered(head.statusCode());
      forwarding.forwarder.deadlines().cancel(this);
      forwarding.answered(this, head);
    }
  }

  /** The client is read as fast as the target reads. */
  private void stream(HttpClientRequest to) {
    HttpServerRequest from = forwarding.in.request();
    if (!to.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      to.setChunked(true);
      to.sendHead(); // who streams may wait for the answer before it goes on
    }
    forwarding.bodyMoves();
    forwarding.in.wantBody();
    from.handler(part -> pass(part, from, to));
    from.exceptionHandler(e -> forwarding.clientBroke());
    from.endHandler(
        end -> {
          if (!over) {
            to.end();
            if (forwarding.copy() != null) {
              forwarding.copy().end();
            }
          }
        });
    from.resume();
  }

  private void pass(Buffer part, HttpServerRequest from, HttpClientRequest to) {
    if (over) {
      return; // the rest is passed over
    }
    bodyBytes += part.length();
    forwarding.bodyMoves();
    if (bodyBytes > forwarding.route.bodyLimit()) {
      if (forwarding.isOver()) {
        reset(); // the answer has begun; it breaks off, as what it is an answer to
      } else {
        forwarding.tooLarge();
      }
      return;
    }
    to.write(part);
    if (forwarding.copy() != null) {
      forwarding.copy().part(part);
    }
    if (to.writeQueueFull()) {
      from.pause();
      to.drainHandler(drained -> from.resume());
    }
  }
}
