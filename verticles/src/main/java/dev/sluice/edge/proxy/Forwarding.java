package dev.sluice.edge.proxy;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.edge.transform.RequestTransform;
import dev.sluice.edge.upstream.Endpoint;
import dev.sluice.edge.upstream.Pick;
import dev.sluice.edge.upstream.Refusal;
import dev.sluice.edge.upstream.UpstreamFailure;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;

/**
 * One request on its way to an upstream and back. Its tries are {@link Try}s: one after the other
 * when one failed and may be repeated, two at once when the first is slow and the route hedges. The
 * first that brings an answer worth passing on is committed to; from then on there is no way back,
 * and a failure cuts the client off.
 *
 * <p>The time limit of the route is for all tries together, up to the head of the answer; while a
 * client still sends its body it is put off.
 */
final class Forwarding extends Deadlines.Limit {
  /** After an upstream was restarted, all idle connections to it are. */
  private static final int MOST_STALE = 3;

  final Forwarder forwarder;
  final ProxyRoute route;
  final Way way;
  final Inbound in;
  final HttpMethod method;

  private final Reply reply;
  private final String uri;
  private final boolean repeatable;
  private final boolean hedges;
  private final long begun; // nanos
  private Buffer body; // when it is kept
  private boolean bodyTouched; // when it is streamed and some of it was taken
  private boolean bodyMoved; // since the time limit was set
  private long tried; // a bit for each target
  private int attempts;
  private int stale;
  private final Tries tries = new Tries();
  private NextTry next;
  private Buffer given; // the body, when it was read before
  private Copy copy; // for a mirror; most often null
  private boolean over;

  /** Waits for the next try: the pause before it, or how long the one before it may be slow. */
  private final class NextTry extends Deadlines.Limit {
    @Override
    protected void late() {
      if (over) {
        return;
      }
      if (tries.isEmpty()) {
        attempt();
      } else if (!tries.isTwo()) {
        hedge();
      }
    }
  }

  Forwarding(Forwarder forwarder, ProxyRoute route, Inbound in, Reply reply) {
    this.forwarder = forwarder;
    this.route = route;
    this.in = in;
    this.reply = reply;
    this.method = in.request().method();
    this.way = route.ways().of(forwarder.draw());
    this.uri = route.uri(in);
    this.repeatable = route.retry().mayRepeat(in.request());
    this.hedges =
        route.hedgeMillis() > 0
            && (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))
            && !in.hasBody();
    this.begun = forwarder.nanos();
  }

  /** The same with a body that was read already, and a copy for a mirror; each may be null. */
  void start(Buffer whole, Copy mirrored) {
    given = whole;
    copy = mirrored;
    start();
  }

  void start() {
    forwarder.deadlines().in(route.timeoutMillis(), this);
    route.budget().requested(begun);
    boolean changes = false;
    try {
      changes = in.hasBody() && route.changesBody(in);
    } catch (Failure unfit) {
      defect(unfit);
      return;
    }
    if (!changes && (!in.hasBody() || (given == null && !route.retry().keepsBody(in)))) {
      first();
      return;
    }
    long most = changes ? RequestTransform.BODY_LIMIT : RetryRule.REPLAYED_BODY;
    RequestTransform rules = changes ? route.requestRules() : null;
    whole((int) Math.min(most, route.bodyLimit()))
        .map(bytes -> rules == null ? bytes : rules.body(bytes))
        .onComplete(
            (bytes, failure) -> {
              if (failure != null) {
                defect(failure);
              } else if (!over) {
                body = bytes;
                first();
              }
            });
  }

  private void first() {
    attempt();
    if (copy != null && !streamsBody()) {
      copy.send(body);
    }
  }

  private Future<Buffer> whole(int limit) {
    return given != null ? Future.succeededFuture(given) : in.wholeBody(limit);
  }

  /** The body to send, whole; null if there is none, or it is streamed. */
  Buffer body() {
    return body;
  }

  boolean streamsBody() {
    return in.hasBody() && body == null;
  }

  /** Some of the body was taken: it cannot be sent again, and the client is not idle. */
  void bodyMoves() {
    bodyTouched = true;
    bodyMoved = true;
  }

  /** What is to see the body go by; null for nobody. */
  Copy copy() {
    return copy;
  }

  /** What the upstream is asked for. */
  String uri() {
    return uri;
  }

  /** Whether an answer was committed to, or given up. */
  boolean isOver() {
    return over;
  }

  /** Until the answer's head must have come; at least 1. */
  long millisLeft() {
    return Math.max(1, route.timeoutMillis() - (forwarder.nanos() - begun) / 1_000_000);
  }

  /**
   * The try did not lead to an answer. Where there was no connection another target is asked,
   * whatever the route says about failures: nothing was sent, and it is no news to who is well.
   *
   * @param unharmed whether the target has certainly not worked on the request
   */
  void failed(Try attempt, UpstreamFailure kind, boolean unharmed) {
    tries.forget(attempt);
    if (over || !tries.isEmpty()) {
      return; // it is over, or the other one may still bring something
    }
    boolean elsewhere = unharmed && kind.isUnreachable() && way.hasOther(tried);
    boolean again = (repeatable || unharmed) && left() && route.retry().wants(kind);
    if (!bodyTouched && (elsewhere || again) && route.budget().tryRetry(forwarder.nanos())) {
      later(elsewhere ? 0 : RetryRule.pauseMillis(attempts, forwarder));
    } else {
      giveUp(kind);
    }
  }

  /**
   * The target gave up an idle connection just when it was used again, which says nothing about it:
   * what may be repeated is, at once, whatever the route says about failures.
   */
  void stale(Try attempt) {
    tries.forget(attempt);
    if (over || !tries.isEmpty()) {
      return;
    }
    if (!bodyTouched && repeatable && stale++ < MOST_STALE) {
      tried = 0;
      attempt();
    } else {
      giveUp(UpstreamFailure.RESET);
    }
  }

  /** The head of an answer has come. */
  void answered(Try attempt, HttpClientResponse response) {
    tries.forget(attempt);
    boolean poor =
        repeatable && !bodyTouched && route.retry().statuses().contains(response.statusCode());
    if (poor && !tries.isEmpty()) {
      attempt.discard(response); // the other one may still bring something better
    } else if (poor && left() && route.budget().tryRetry(forwarder.nanos())) {
      attempt.discard(response);
      later(RetryRule.pauseMillis(attempts, forwarder));
    } else {
      end();
      reply.answered(attempt, response);
    }
  }

  void writeHead(HttpClientRequest to) {
    route.writeHead(in, to, false);
    reply.prepare(to.headers());
    to.putHeader(Headers.TIMEOUT, Long.toString(millisLeft()));
  }

  /** The time for all tries together is over. */
  @Override
  protected void late() {
    if (bodyMoved) {
      bodyMoved = false; // who sends a long body has the time limit after it
      forwarder.deadlines().in(route.timeoutMillis(), this);
      return;
    }
    Tries slow = tries.take(); // they are late, not cancelled
    giveUp(UpstreamFailure.TIMEOUT);
    slow.late();
  }

  void tooLarge() {
    giveUp(413, Reasons.tooLarge(route));
  }

  /** The client broke off in the middle of its body. */
  void clientBroke() {
    giveUp(400, Problem.INVALID.because("the body was cut off"));
  }

  /** Gives up all tries that are under way, without holding it against their targets. */
  void cancel() {
    if (!over) {
      end();
    }
  }

  void giveUp(int status, Failure failure) {
    if (!over) {
      end();
      reply.failed(status, failure);
    }
  }

  /** Something here failed that is not the upstream's fault. */
  void defect(Throwable defect) {
    if (!over) {
      end();
      reply.failed(0, defect);
    }
  }

  private void end() {
    over = true;
    forwarder.deadlines().cancel(this);
    if (next != null) {
      forwarder.deadlines().cancel(next);
    }
    tries.cancel();
  }

  private void attempt() {
    Pick pick = way.pick(in, tried);
    if (pick instanceof Endpoint endpoint) {
      begin(endpoint);
    } else {
      giveUp(503, Reasons.unavailable(way, (Refusal) pick));
    }
  }

  /** A second one beside the first, if there is another target, and the budget allows it. */
  private void hedge() {
    if (way.pick(in, tried) instanceof Endpoint endpoint) {
      if ((endpoint.bit() & tried) == 0 && route.budget().tryRetry(forwarder.nanos())) {
        begin(endpoint);
      } else {
        endpoint.leave();
      }
    }
  }

  private void begin(Endpoint endpoint) {
    tried |= endpoint.bit();
    attempts++;
    Try attempt = new Try(this, endpoint);
    tries.add(attempt);
    attempt.begin();
    if (hedges && !over && !tries.isEmpty() && !tries.isTwo()) {
      later(route.hedgeMillis());
    }
  }

  private void later(long millis) {
    if (next == null) {
      next = new NextTry();
    }
    forwarder.deadlines().in(millis, next);
  }

  private boolean left() {
    return attempts - stale <= route.retry().attempts();
  }

  private void giveUp(UpstreamFailure kind) {
    Reasons.tell(kind, way.upstream().name(), this::giveUp);
  }
}
