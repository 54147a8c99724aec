package dev.sluice.edge.proxy;

import dev.sluice.edge.cache.Answer;
import dev.sluice.edge.cache.Ticket;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * Passes an upstream's answer on to the client as it comes, and to the cache if that wants it. The
 * upstream is read as fast as the client reads; nothing is kept but what is in the sockets' write
 * queues.
 */
final class ToClient implements Reply {
  private static final int NOT_MODIFIED = 304;

  private final Inbound in;
  private final ProxyRoute route;
  private final Forwarder forwarder;
  private final Ticket ticket; // null where the cache has no part in it
  private final Recording recording; // null where the answer is for this request alone
  private final HttpServerResponse to;
  private Forwarding forwarding;
  private Try current;
  private HttpClientResponse from;
  private Outlet outlet;
  private boolean cached;
  private boolean over;

  ToClient(Inbound in, ProxyRoute route, Forwarder forwarder, Ticket ticket, Recording recording) {
    this.recording = recording;
    this.in = in;
    this.route = route;
    this.forwarder = forwarder;
    this.ticket = ticket;
    this.to = in.response();
  }

  void start() {
    to.closeHandler(gone -> gone());
    forwarding = new Forwarding(forwarder, route, in, this);
    Buffer read = recording == null ? null : recording.request();
    forwarding.start(read, forwarder.mirrors().copy(in, route));
  }

  @Override
  public void prepare(MultiMap headers) {
    if (ticket != null) {
      ticket.prepare(headers);
    }
  }

  @Override
  public void answered(Try attempt, HttpClientResponse response) {
    current = attempt;
    from = response;
    try {
      answered(response.statusCode(), response);
    } catch (RuntimeException e) {
      refuse(e);
    }
  }

  private void answered(int status, HttpClientResponse response) {
    if (ticket != null && fromCache(status, response.headers())) {
      return;
    }
    if (route.fallback() != null && route.fallback().standsInFor(status)) {
      over = true;
      abort();
      current.discard(response);
      route.fallback().answer(in);
      return;
    }
    MultiMap headers = to.headers();
    Headers.towardsClient(response.headers(), headers, response.version());
    if (!headers.contains(HttpHeaders.DATE)) {
      headers.set(HttpHeaders.DATE, forwarder.date());
    }
    if (ticket != null) {
      cached = ticket.head(status, response.headers());
      headers.add(CacheAnswer.CACHE_STATUS, ticket.cacheStatus());
    } else {
      forwarder.changed(in, route, status, response.headers());
    }
    if (recording != null) {
      recording.head(response);
    }
    outlet = new Outlet(in, route);
    if (outlet.begin(status, response.headers(), forwarder)) {
      from.exceptionHandler(e -> broke());
      from.handler(this::part);
      from.endHandler(ended -> end());
    } else {
      gone();
    }
  }

  @Override
  public void failed(int status, Throwable failure) {
    over = true;
    Answer stale = ticket == null ? null : ticket.failed(0);
    abort();
    if (stale != null && status >= 502) {
      CacheAnswer.send(stale, in, route, forwarder);
    } else if (route.fallback() != null && route.fallback().standsInFor(status)) {
      route.fallback().answer(in);
    } else if (status == 0) {
      in.fail(failure);
    } else {
      in.fail(status, failure);
    }
  }

  /** Whether the client was given what is kept, because the upstream's answer says so. */
  private boolean fromCache(int status, MultiMap headers) {
    boolean validated = status == NOT_MODIFIED && ticket.validating();
    Answer kept = validated ? ticket.notModified(headers) : ticket.failed(status);
    if (kept == null && !validated) {
      return false;
    }
    current.discard(from);
    if (kept == null) {
      forwarding = new Forwarding(forwarder, route, in, this); // without what was kept
      forwarding.start();
    } else {
      over = true;
      CacheAnswer.send(kept, in, route, forwarder);
    }
    return true;
  }

  private void gone() {
    if (recording != null && recording.goesOn()) {
      if (current != null) {
        over = true;
        recording.goOn(current, from);
      }
      return; // without the client; if there is no answer yet, when there is one
    }
    forwarding.cancel();
    if (!over) {
      over = true;
      abort();
      if (current != null) {
        current.cancel();
      }
      if (outlet != null) {
        outlet.close();
      }
    }
  }

  private void abort() {
    if (ticket != null) {
      ticket.abort();
    }
    if (recording != null) {
      recording.abort();
    }
  }

  private void part(Buffer bytes) {
    if (over) {
      return;
    }
    if (recording != null) {
      recording.part(bytes);
    }
    if (cached) {
      ticket.body(bytes);
    }
    try {
      if (!outlet.part(bytes)) {
        from.pause();
        outlet.whenDrained(from::resume);
      }
    } catch (RuntimeException e) {
      refuse(e);
    }
  }

  private void end() {
    if (over) {
      return;
    }
    over = true;
    if (cached) {
      ticket.end();
    }
    if (recording != null) {
      recording.end();
    }
    boolean unread = in.hasBody() && !in.request().isEnded();
    current.done(unread);
    try {
      outlet.end(from.trailers());
    } catch (RuntimeException e) {
      refuse(e);
    }
    if (unread) {
      in.passOverBody();
    }
  }

  /** It may not be shown as it is, or cannot be. */
  private void refuse(RuntimeException why) {
    over = true;
    abort();
    if (outlet != null) {
      outlet.close();
    }
    current.cancel();
    Outlet.forget(to);
    in.fail(502, why);
  }

  private void broke() {
    if (!over) {
      over = true;
      abort();
      current.broke();
      outlet.cut();
    }
  }
}
