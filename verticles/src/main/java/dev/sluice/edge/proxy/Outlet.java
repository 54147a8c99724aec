package dev.sluice.edge.proxy;

import dev.sluice.contract.Failure;
import dev.sluice.edge.transform.BodyEncoder;
import dev.sluice.edge.transform.ResponseTransform;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/**
 * How an answer leaves, an upstream's or one that is kept: as it is, compressed, or with its JSON
 * changed. The first is what costs nothing.
 */
final class Outlet {
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final Inbound in;
  private final ProxyRoute route;
  private final HttpServerResponse to;
  private BodyEncoder encoder;
  private Buffer collected; // what is to be changed; null if nothing is
  private int held; // the status, until all is collected
  private long left = -1; // of the body, where it is known how long it is

  Outlet(Inbound in, ProxyRoute route) {
    this.in = in;
    this.route = route;
    this.to = in.response();
  }

  /**
   * Sends an answer that is in memory; the response's headers are there already.
   *
   * @param body null for none
   */
  static void whole(
      int status,
      MultiMap upstream,
      Buffer body,
      Inbound in,
      ProxyRoute route,
      Forwarder forwarder) {
    Outlet outlet = new Outlet(in, route);
    try {
      if (outlet.begin(status, upstream, forwarder)) {
        boolean writable = body == null || body.length() == 0 || outlet.part(body);
        assert writable || body.length() > 0; // all of it is in memory anyway
        outlet.end(MultiMap.caseInsensitiveMultiMap());
      }
    } catch (RuntimeException unfit) {
      outlet.close();
      forget(in.response());
      in.fail(502, unfit);
    }
  }

  /**
   * The head leaves; its headers are those of the response already.
   *
   * @param upstream the headers as the upstream sent them
   * @return false if there is nobody to answer any more
   * @throws Failure if the answer may not be shown as it is, and cannot be changed
   */
  boolean begin(int status, MultiMap upstream, Forwarder forwarder) {
    boolean head = in.request().method().equals(HttpMethod.HEAD);
    boolean bodiless = head || status == NO_CONTENT || status == NOT_MODIFIED;
    ResponseTransform rules = route.responseRules();
    if (rules != null) {
      boolean changes = rules.changesBody(status, upstream);
      rules.headers(to.headers(), in, in.request().isSSL());
      if (changes) {
        rules.forget(to.headers());
        collected = bodiless ? null : Buffer.buffer();
      }
    }
    if (route.compresses() && collected == null) {
      encoder = forwarder.compression().begin(head, in.request().headers(), status, to.headers());
    }
    if (status == NO_CONTENT) {
      to.headers().remove(HttpHeaders.CONTENT_LENGTH);
    }
    if (collected != null) {
      held = status; // the head waits, as it may turn out that the body may not be shown
      return true;
    }
    if (!in.begin(status)) {
      close();
      return false;
    }
    if (!bodiless) {
      frame();
    }
    return true;
  }

  /** Passes on a part of the body; false if no more should come until {@link #whenDrained}. */
  boolean part(Buffer bytes) {
    if (collected != null) {
      return collect(bytes);
    }
    Buffer out = encoder == null ? bytes : encoder.encode(bytes);
    if (out.length() == 0) {
      return true;
    }
    in.sent(out.length());
    if (left == out.length()) {
      left = 0;
      to.end(out); // head, body and end in one write where this is all of it
      return true;
    }
    left -= left > 0 ? out.length() : 0;
    to.write(out);
    return !to.writeQueueFull();
  }

  void whenDrained(Runnable goOn) {
    to.drainHandler(drained -> goOn.run());
  }

  /**
   * The body is complete.
   *
   * @throws Failure if it may not be shown
   */
  void end(MultiMap trailers) {
    if (to.ended()) {
      return;
    }
    if (!trailers.isEmpty()) {
      to.trailers().addAll(trailers);
    }
    if (collected != null) {
      Buffer changed = route.responseRules().body(collected);
      if (in.begin(held)) {
        in.sent(changed.length());
        to.end(changed);
      }
    } else if (encoder != null) {
      Buffer last = encoder.finish();
      encoder = null;
      in.sent(last.length());
      to.end(last);
    } else {
      to.end();
    }
    if (in.request().version() == HttpVersion.HTTP_1_0 && left < 0 && collected == null) {
      in.request().connection().close();
    }
  }

  /** The answer ends in the middle: the client must not take what it has for all of it. */
  void cut() {
    close();
    if (!to.ended()) { // else only its end was missing, and the client has all of the body
      to.reset();
    }
  }

  /** Takes back the headers of an answer that is not to be given, if they have not left. */
  static void forget(HttpServerResponse response) {
    if (!response.headWritten()) {
      response.headers().clear();
    }
  }

  /** Gives back what compressing holds. */
  void close() {
    if (encoder != null) {
      encoder.close();
      encoder = null;
    }
  }

  private boolean collect(Buffer bytes) {
    if (collected.length() + bytes.length() <= ResponseTransform.BODY_LIMIT) {
      collected.appendBuffer(bytes);
      return true;
    }
    if (!route.responseRules().mayPassUnchanged()) {
      throw ResponseTransform.unfit();
    }
    Buffer before = collected;
    collected = null;
    if (in.begin(held)) {
      frame();
    }
    return part(before.appendBuffer(bytes));
  }

  /** Says where the body will end. */
  private void frame() {
    String length = to.headers().get(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      left = Long.parseLong(length);
    } else if (in.request().version() == HttpVersion.HTTP_1_0) {
      to.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE); // which is where it ends
    } else {
      to.setChunked(true);
      to.writeHead(); // the first part may be long in coming, as with events
    }
  }
}
