package dev.sluice.edge.proxy;

import dev.sluice.edge.cache.Answer;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/** Sends clients what is kept. */
final class CacheAnswer {
  static final CharSequence CACHE_STATUS = HttpHeaders.createOptimized("Cache-Status");

  private CacheAnswer() {}

  static void send(Answer answer, Inbound in, ProxyRoute route, Forwarder forwarder) {
    MultiMap headers = in.response().headers();
    answer.writeHead(headers);
    Headers.viaUs(headers);
    Outlet.whole(answer.status(), headers, answer.body(), in, route, forwarder);
    if (in.hasBody() && !in.request().isEnded()) {
      in.passOverBody();
    }
  }
}
