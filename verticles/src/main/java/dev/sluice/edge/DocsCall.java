package dev.sluice.edge;

import dev.sluice.edge.docs.DocsFile;
import dev.sluice.edge.docs.DocsFiles;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** The page at /docs. Its files are read when the first of them is asked for, and kept. */
final class DocsCall {
  private static final CharSequence POLICY = HttpHeaders.createOptimized("Content-Security-Policy");

  private final Vertx vertx;
  private final AtomicReference<Future<Map<String, DocsFile>>> files = new AtomicReference<>();

  DocsCall(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Answers with the file of this path, one of {@link DocsFiles#PATHS}. */
  Destination at(String path) {
    return exchange ->
        Loop.here(files())
            .onFailure(exchange::fail)
            .onSuccess(
                read -> {
                  exchange.response.putHeader(POLICY, DocsFiles.POLICY);
                  send(exchange, read.get(path));
                });
  }

  /** Answers with a file, or that the client has it. */
  static void send(Exchange exchange, DocsFile file) {
    HttpServerResponse response = exchange.response;
    boolean inGzip = file.zippedFor(exchange.request.getHeader(HttpHeaders.ACCEPT_ENCODING));
    response
        .putHeader(HttpHeaders.ETAG, file.tag(inGzip))
        .putHeader(HttpHeaders.CACHE_CONTROL, file.cacheControl());
    response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (file.isKnown(exchange.request.getHeader(HttpHeaders.IF_NONE_MATCH), inGzip)) {
      exchange.answer(304);
      return;
    }
    if (inGzip) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
    }
    Buffer body = inGzip ? file.zipped() : file.plain();
    exchange.answer(200, file.contentType(), body);
  }

  private Future<Map<String, DocsFile>> files() {
    Future<Map<String, DocsFile>> known = files.get();
    if (known != null) {
      return known;
    }
    Promise<Map<String, DocsFile>> reading = Promise.promise();
    if (!files.compareAndSet(null, reading.future())) {
      return files.get();
    }
    vertx.executeBlocking(DocsFiles::read).onComplete(reading);
    return reading.future();
  }
}
