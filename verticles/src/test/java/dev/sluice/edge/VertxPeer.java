package dev.sluice.edge;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Serves what a {@link Peer} does, with Vert.x. */
final class VertxPeer {
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]+)");

  private final Path files;
  private final HttpServer server;
  private final IdentityHashMap<HttpConnection, Integer> connections = new IdentityHashMap<>();

  VertxPeer(Vertx vertx, Path files) throws Exception {
    this.files = files;
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost("127.0.0.1")
            .setPort(0)
            .setCompressionSupported(true)
            .setIdleTimeout(100)
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    server =
        dev.sluice.Waiting.await(
            vertx
                .createHttpServer(options)
                .connectionHandler(c -> connections.put(c, connections.size()))
                .requestHandler(this::serve)
                .listen());
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  private void serve(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    switch (request.path()) {
      case "/connection" -> response.end("" + connections.get(request.connection()));
      case "/close" -> {
        response.putHeader("Connection", "close").setChunked(true).write("clo");
        response.end("sed");
      }
      case "/up" -> up(request);
      default -> file(request, files.resolve(request.path().substring(1)));
    }
  }

  private static void up(HttpServerRequest request) {
    MessageDigest hash = sha1();
    long[] length = {0};
    request.handler(
        part -> {
          hash.update(part.getBytes());
          length[0] += part.length();
        });
    request.endHandler(
        end -> request.response().end(length[0] + " " + HexFormat.of().formatHex(hash.digest())));
  }

  private static void file(HttpServerRequest request, Path file) {
    HttpServerResponse response = request.response();
    if (!Files.exists(file)) {
      response.setStatusCode(404).end("nothing here");
      return;
    }
    long size = size(file);
    String etag = "\"" + size + "\"";
    response.putHeader("ETag", etag);
    if (etag.equals(request.getHeader("If-None-Match"))) {
      response.setStatusCode(304).end();
      return;
    }
    String range = request.getHeader("Range");
    Matcher asked = RANGE.matcher(range == null ? "" : range);
    long from = 0;
    long length = size;
    if (asked.matches()) {
      from = Long.parseLong(asked.group(1));
      length = Long.parseLong(asked.group(2)) - from + 1;
      response
          .setStatusCode(206)
          .putHeader("Content-Range", "bytes %d-%d/%d".formatted(from, from + length - 1, size));
    }
    if (request.method().equals(HttpMethod.HEAD)) {
      response.putHeader("Content-Length", "" + length).end(Buffer.buffer());
    } else {
      response.sendFile(file.toString(), from, length);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
