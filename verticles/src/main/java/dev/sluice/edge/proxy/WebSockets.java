package dev.sluice.edge.proxy;

import dev.sluice.contract.Problem;
import dev.sluice.edge.upstream.Attempt;
import dev.sluice.edge.upstream.Endpoint;
import dev.sluice.edge.upstream.Outgoing;
import dev.sluice.edge.upstream.Pick;
import dev.sluice.edge.upstream.Refusal;
import dev.sluice.edge.upstream.UpstreamConfig;
import dev.sluice.edge.upstream.UpstreamFailure;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetSocket;
import java.util.HashSet;
import java.util.Set;

/**
 * The WebSockets of one event loop: the handshake is the upstream's (RFC 6455, section 4), and what
 * comes after it goes through a {@link Tunnel}. An upstream that does not agree answers like to any
 * request.
 */
final class WebSockets {
  private static final String WEBSOCKET = "websocket";
  private static final int SWITCHING = 101;
  private static final int LONGEST_REFUSAL = 64 * 1024;

  private final Forwarder forwarder;
  private final Set<Tunnel> open = new HashSet<>();

  WebSockets(Forwarder forwarder) {
    this.forwarder = forwarder;
  }

  /** Whether the request asks for one. */
  static boolean asked(HttpServerRequest request) {
    return request.headers().contains(HttpHeaders.UPGRADE)
        && WEBSOCKET.equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))
        && request.version() == HttpVersion.HTTP_1_1
        && request.method().equals(HttpMethod.GET)
        && request.headers().contains(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE, true);
  }

  int size() {
    return open.size();
  }

  /** Tells all clients that the node stops. */
  void goAway() {
    Set.copyOf(open).forEach(Tunnel::goAway);
  }

  void open(Inbound in, ProxyRoute route) {
    Way way = route.ways().of(forwarder.draw());
    if (in.hasBody()) {
      in.fail(Problem.INVALID.because("a WebSocket handshake has no body"));
      return;
    }
    if (way.upstream().config().protocol() == UpstreamConfig.Protocol.HTTP2) {
      in.fail(501, Problem.UNSUPPORTED.because("this upstream speaks HTTP/2, without WebSockets"));
      return;
    }
    Pick pick = way.pick(in, 0);
    if (pick instanceof Refusal refusal) {
      in.fail(503, Reasons.unavailable(way, refusal));
      return;
    }
    new Handshake(in, route, (Endpoint) pick).begin();
  }

  private final class Handshake extends Deadlines.Limit {
    private final Inbound in;
    private final ProxyRoute route;
    private final Attempt attempt;
    private HttpClientRequest request;
    private boolean over;

    Handshake(Inbound in, ProxyRoute route, Endpoint endpoint) {
      this.in = in;
      this.route = route;
      this.attempt = endpoint.begin();
    }

    void begin() {
      in.response().closeHandler(gone -> gone());
      forwarder.deadlines().in(route.timeoutMillis(), this);
      forwarder
          .connect(attempt.endpoint(), HttpMethod.GET, route.uri(in))
          .onComplete(this::connected);
    }

    @Override
    protected void late() {
      fail(UpstreamFailure.TIMEOUT);
    }

    private void gone() {
      if (close()) {
        attempt.cancelled();
        reset();
      }
    }

    private void connected(Outgoing made, Throwable failure) {
      if (failure != null) {
        fail(UpstreamFailure.of(failure));
      } else if (over) {
        made.request().reset();
      } else {
        request = made.request();
        try {
          ask();
        } catch (RuntimeException e) {
          gone(); // it is not the target's fault
          in.fail(e);
        }
      }
    }

    private void ask() {
      route.writeHead(in, request, true);
      request.exceptionHandler(e -> {});
      request.connect().onComplete(this::answered);
    }

    private void answered(HttpClientResponse response, Throwable failure) {
      if (failure != null) {
        fail(UpstreamFailure.of(failure));
      } else if (!over && response.statusCode() == SWITCHING) {
        upgrade(response);
      } else if (!over) {
        refused(response);
      }
    }

    private void upgrade(HttpClientResponse response) {
      NetSocket upstream = response.netSocket();
      upstream.pause();
      MultiMap headers = in.response().headers();
      Headers.towardsClient(response.headers(), headers, response.version());
      headers.set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
      headers.set(HttpHeaders.UPGRADE, WEBSOCKET);
      if (!in.begin(SWITCHING)) {
        gone();
        return;
      }
      attempt.answered(SWITCHING);
      forwarder.deadlines().cancel(this);
      in.response().closeHandler(null);
      in.request()
          .toNetSocket()
          .onComplete(
              (client, failure) -> {
                if (failure != null) {
                  upstream.close();
                  ended();
                } else {
                  tunnel(client, upstream);
                }
              });
    }

    private void tunnel(NetSocket client, NetSocket upstream) {
      Tunnel[] tunnel = new Tunnel[1];
      tunnel[0] =
          new Tunnel(
              client,
              upstream,
              request.connection(),
              forwarder.deadlines(),
              route.pingMillis(),
              route.idleMillis(),
              () -> {
                open.remove(tunnel[0]);
                ended();
              });
      open.add(tunnel[0]);
      tunnel[0].open();
      upstream.resume();
    }

    private void ended() {
      over = true;
      attempt.succeeded(SWITCHING);
    }

    /** An answer that is no agreement is passed on as it is, but without its connection. */
    private void refused(HttpClientResponse response) {
      Buffer body = Buffer.buffer();
      response.exceptionHandler(e -> fail(UpstreamFailure.RESET));
      response.handler(
          part -> {
            if (body.length() + part.length() > LONGEST_REFUSAL) {
              fail(UpstreamFailure.PROTOCOL);
            } else {
              body.appendBuffer(part);
            }
          });
      response.endHandler(
          end -> {
            if (close()) {
              attempt.succeeded(response.statusCode());
              request.reset();
              MultiMap headers = in.response().headers();
              Headers.towardsClient(response.headers(), headers, response.version());
              headers.remove(HttpHeaders.CONTENT_LENGTH);
              in.answer(response.statusCode(), null, body);
            }
          });
    }

    private void fail(UpstreamFailure kind) {
      if (close()) {
        attempt.failed(kind);
        reset();
        Reasons.tell(kind, attempt.endpoint().upstream().name(), in::fail);
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
}
