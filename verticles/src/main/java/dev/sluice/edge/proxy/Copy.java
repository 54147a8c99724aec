package dev.sluice.edge.proxy;

import dev.sluice.contract.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;

/**
 * A copy of a request for a mirror. It is sent when all of the request is known, after it was sent
 * to where it belongs, and so never keeps that waiting. Of a body that is streamed the bytes are
 * kept as they go by; if there are too many the copy is given up.
 */
final class Copy {
  private static final CharSequence MIRRORED = HttpHeaders.createOptimized("X-Mirrored");
  private static final CharSequence BY_US = HttpHeaders.createOptimized("sluice");
  private static final int MOST_BYTES = 64 * 1024;

  private final Forwarder forwarder;
  private final ProxyRoute route;
  private final Way way;
  private final Inbound in;
  private Buffer seen;
  private boolean over;

  Copy(Forwarder forwarder, ProxyRoute route, Way way, Inbound in) {
    this.forwarder = forwarder;
    this.route = route;
    this.way = way;
    this.in = in;
  }

  /** A part of the body has gone by. */
  void part(Buffer bytes) {
    if (over) {
      return;
    }
    if (seen == null) {
      seen = Buffer.buffer();
    }
    if (seen.length() + bytes.length() > MOST_BYTES) {
      over = true;
      seen = null;
    } else {
      seen.appendBuffer(bytes);
    }
  }

  /** All of the body has gone by. */
  void end() {
    send(seen == null ? Buffer.buffer() : seen);
  }

  /**
   * Sends it, at most once.
   *
   * @param body null if there is none
   */
  void send(Buffer body) {
    if (!over && forwarder.mirrors().begin()) {
      new Sent(body).begin(route.timeoutMillis());
    }
    over = true;
  }

  /** Whatever is answered is read and forgotten; how that went is in the upstream's figures. */
  private final class Sent extends Fetch {
    Sent(Buffer body) {
      super(forwarder, way, in, in.request().method(), route.uri(in), body);
    }

    @Override
    void prepare(HttpClientRequest to) {
      route.writeHead(in, to, false);
      to.putHeader(MIRRORED, BY_US);
    }

    @Override
    boolean head(int status) {
      return true;
    }

    @Override
    boolean part(Buffer bytes) {
      return true;
    }

    @Override
    void complete(int status, MultiMap headers) {
      forwarder.mirrors().ended();
    }

    @Override
    void unwanted(int status) {
      forwarder.mirrors().ended();
    }

    @Override
    void failed(int status, Failure why) {
      forwarder.mirrors().ended();
    }
  }
}
