package dev.sluice.edge;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A service whose answers say how often it was asked for them, and how to ask for them. */
final class CachedService {
  static final String HOST = "shop.test";

  private final Vertx vertx;
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> cut = new ConcurrentHashMap<>();

  CachedService(Vertx vertx) {
    this.vertx = vertx;
  }

  /** How many requests for this path and query came. */
  int asked(String uri) {
    return asked.computeIfAbsent(uri, u -> new AtomicInteger()).get();
  }

  /** How many of its answers nobody waited for any more. */
  int cut(String uri) {
    return cut.computeIfAbsent(uri, u -> new AtomicInteger()).get();
  }

  /**
   * The query of {@code cc} is the Cache-Control to answer with, of {@code vary} the header to vary
   * by, and so on; the body is the number of the request, unless its length is asked for. The
   * request with the number {@code hang} gets an answer that does not end.
   */
  void serve(HttpServerRequest request) {
    int nth = asked.computeIfAbsent(request.uri(), u -> new AtomicInteger()).incrementAndGet();
    HttpServerResponse response = request.response();
    header(request, "cc", "Cache-Control");
    header(request, "vary", "Vary");
    header(request, "tag", "Cache-Tag");
    header(request, "etag", "ETag");
    String etag = request.getParam("etag");
    if (etag != null && etag.equals(request.getHeader("If-None-Match"))) {
      response.setStatusCode(304).end();
      return;
    }
    if (String.valueOf(nth).equals(request.getParam("hang"))) {
      AtomicInteger ends = cut.computeIfAbsent(request.uri(), u -> new AtomicInteger());
      response.closeHandler(gone -> ends.incrementAndGet());
      response.setChunked(true).write("and then nothing");
      return;
    }
    String vary = request.getParam("vary");
    String body = vary == null ? "" + nth : nth + " " + request.getHeader(vary);
    String length = request.getParam("length");
    String text = length == null ? body : "0123456789".repeat(Integer.parseInt(length) / 10);
    String delay = request.getParam("delay");
    if (delay == null) {
      response.end(text);
    } else {
      vertx.setTimer(Long.parseLong(delay), late -> response.end(text));
    }
  }

  private static void header(HttpServerRequest request, String parameter, String name) {
    if (request.getParam(parameter) != null) {
      request.response().putHeader(name, request.getParam(parameter));
    }
  }

  /** Asks a gateway, under one host whatever its port is. */
  static RawHttp.Reply ask(String gateway, String method, String uri, String... headers)
      throws IOException {
    StringBuilder head = new StringBuilder(method + " " + uri + " HTTP/1.1\r\nHost: " + HOST);
    for (int i = 0; i < headers.length; i += 2) {
      head.append("\r\n").append(headers[i]).append(": ").append(headers[i + 1]);
    }
    try (RawHttp client = new RawHttp(gateway)) {
      client.write(head + "\r\n\r\n");
      return method.equals("HEAD") ? client.readHead() : client.read();
    }
  }
}
