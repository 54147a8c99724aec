package dev.sluice.load;

import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;

/**
 * The least a proxy on Vert.x can do: a server, a client, headers and bodies passed on. It knows
 * nothing of hop-by-hop headers, time limits or failures, so it is no proxy to be used; it says
 * what everything else is added to.
 */
final class BareProxy {
  private final HttpClient client;
  private final RequestOptions options;

  BareProxy(HttpClient client, int upstream) {
    this.client = client;
    this.options = new RequestOptions().setHost("127.0.0.1").setPort(upstream);
  }

  void forward(HttpServerRequest from) {
    from.pause();
    client
        .request(options.setMethod(from.method()).setURI(from.uri()))
        .onSuccess(to -> pass(from, to))
        .onFailure(e -> from.response().setStatusCode(502).end());
  }

  private static void pass(HttpServerRequest from, HttpClientRequest to) {
    to.headers().setAll(from.headers());
    to.response()
        .onSuccess(answer -> pass(answer, from.response()))
        .onFailure(e -> from.response().setStatusCode(502).end());
    from.handler(to::write);
    from.endHandler(end -> to.end());
    from.resume();
  }

  private static void pass(HttpClientResponse from, HttpServerResponse to) {
    to.setStatusCode(from.statusCode());
    to.headers().setAll(from.headers());
    from.handler(to::write);
    from.endHandler(end -> to.end());
  }
}
