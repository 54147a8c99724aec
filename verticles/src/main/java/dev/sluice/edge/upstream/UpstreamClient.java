package dev.sluice.edge.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;

/**
 * Opens requests to endpoints from one event loop, on connections of that loop alone: nothing hops
 * threads. To be used on its loop only. Connections have no idle time-out of their own while a
 * request is on them: who sends the request bounds how long it waits.
 */
public final class UpstreamClient {
  private static final int SLACK_MILLIS = 250;

  private final Vertx vertx;
  private final int loop;

  // Vert.x has read all of it when request() returns, so one will do.
  private final RequestOptions options = new RequestOptions();

  UpstreamClient(Vertx vertx, int loop) {
    this.vertx = vertx;
    this.loop = loop;
  }

  /**
   * A request with a connection, not sent yet, without headers; its authority is the target's,
   * without the default port. It follows no redirect. Whoever does not send the request must reset
   * it, or the connection is lost to the pool.
   *
   * @param uri path and query, put after the target's base path
   * @return fails with what {@link UpstreamFailure#of} and {@link UpstreamFailure#neverSent} know,
   *     within twice the connect time-out
   */
  public Future<Outgoing> request(Endpoint endpoint, HttpMethod method, String uri) {
    Line line;
    Future<HttpClientRequest> opened;
    Pools pools = endpoint.upstream().pools();
    String serverName = pools.terms().tls().serverName();
    try {
      line = pools.line(loop, vertx);
      opened = line.client().request(options(endpoint, method, uri, pools.terms()));
    } catch (RuntimeException e) {
      // It was closed under us.
      return Future.failedFuture(new NotSentException(UpstreamFailure.CONNECT, endpoint, e));
    }
    if (opened.succeeded()) { // there was an idle connection, as nearly always
      return Future.succeededFuture(outgoing(opened.result(), endpoint, serverName, line));
    }
    return opened.transform(
        done -> {
          if (done.failed()) {
            Throwable cause = done.cause();
            return Future.failedFuture(
                new NotSentException(UpstreamFailure.whileConnecting(cause), endpoint, cause));
          }
          return Future.succeededFuture(outgoing(done.result(), endpoint, serverName, line));
        });
  }

  private static Outgoing outgoing(
      HttpClientRequest request, Endpoint endpoint, String serverName, Line line) {
    if (!serverName.isEmpty() || endpoint.host().startsWith("[")) {
      request.authority(HostAndPort.create(endpoint.host(), endpoint.port()));
    }
    return new Outgoing(request, line.reused(request.connection()));
  }

  private RequestOptions options(
      Endpoint endpoint, HttpMethod method, String uri, Pools.Terms terms) {
    boolean named = endpoint.tls() && !terms.tls().serverName().isEmpty();
    // First the socket's own time-outs (connect, handshake), then that of waiting in the queue.
    long connect = terms.connectTimeout().toMillis();
    return options
        .setServer(endpoint.address())
        .setHost(named ? terms.tls().serverName() : endpoint.peer())
        .setPort(endpoint.port())
        .setSsl(endpoint.tls())
        .setMethod(method)
        .setURI(endpoint.basePath().isEmpty() ? uri : endpoint.basePath() + uri)
        .setFollowRedirects(false)
        .setConnectTimeout(endpoint.tls() ? 2 * connect + SLACK_MILLIS : connect + SLACK_MILLIS);
  }
}
