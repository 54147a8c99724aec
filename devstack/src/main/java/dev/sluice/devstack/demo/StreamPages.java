package dev.sluice.devstack.demo;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.IntFunction;

/** Answer, or are asked, in many pieces; none holds more than a piece in memory. */
final class StreamPages {
  private static final int LINE_MILLIS = 100;
  private static final int EVENT_MILLIS = 1000;
  private static final int EVENTS = 3600;

  // A multiple of 26, so that the letters go round from piece to piece.
  private static final byte[] PIECE = letters(26 * 2520);

  private final Vertx vertx;
  private final String name;

  StreamPages(Vertx vertx, String name) {
    this.vertx = vertx;
    this.name = name;
  }

  void lines(HttpServerRequest request, int lines) {
    HttpServerResponse response = request.response().putHeader("Content-Type", DemoPages.PLAIN);
    if (ended(request)) {
      return;
    }
    response.setChunked(true).putHeader("Trailer", "X-Demo-Lines");
    write(response, lines, LINE_MILLIS, i -> "line " + i + " of " + lines + " from " + name + "\n");
  }

  /** Goes on after {@code Last-Event-ID}. */
  void events(HttpServerRequest request) {
    HttpServerResponse response =
        request
            .response()
            .putHeader("Content-Type", "text/event-stream")
            .putHeader("Cache-Control", "no-store");
    if (ended(request)) {
      return;
    }
    long last = lastEvent(request);
    response.setChunked(true);
    write(
        response,
        EVENTS,
        EVENT_MILLIS,
        i -> "id: " + (last + i) + "\nevent: tick\ndata: {\"target\":\"" + name + "\"}\n\n");
  }

  /** The letters from a to z, over and over. */
  void bytes(HttpServerRequest request, int bytes) {
    HttpServerResponse response =
        request
            .response()
            .putHeader("Content-Type", "application/octet-stream")
            .putHeader("Content-Length", Integer.toString(bytes));
    if (!ended(request)) {
      fill(response, bytes);
    }
  }

  void upload(HttpServerRequest request) {
    MessageDigest digest = sha256();
    long[] bytes = {0};
    request.handler(
        part -> {
          bytes[0] += part.length();
          digest.update(part.getBytes());
        });
    request.endHandler(
        end -> {
          JsonObject json =
              new JsonObject()
                  .put("target", name)
                  .put("bytes", bytes[0])
                  .put("sha256", HexFormat.of().formatHex(digest.digest()));
          request
              .response()
              .putHeader("Content-Type", "application/json")
              .end(json.encode() + "\n");
        });
  }

  /** The first piece at once, then one a tick; a tick is passed over while the reader is behind. */
  private void write(
      HttpServerResponse response, int pieces, int millis, IntFunction<String> piece) {
    int[] written = {1};
    response.write(piece.apply(1));
    vertx.setPeriodic(
        millis,
        timer -> {
          if (response.closed()) {
            vertx.cancelTimer(timer);
          } else if (written[0] == pieces) {
            vertx.cancelTimer(timer);
            response.putTrailer("X-Demo-Lines", Integer.toString(pieces)).end();
          } else if (!response.writeQueueFull()) {
            written[0]++;
            response.write(piece.apply(written[0]));
          }
        });
  }

  private static void fill(HttpServerResponse response, int bytes) {
    int left = bytes;
    while (left > 0 && !response.writeQueueFull() && !response.closed()) {
      int next = Math.min(left, PIECE.length);
      response.write(Buffer.buffer(next).appendBytes(PIECE, 0, next));
      left -= next;
    }
    int rest = left;
    if (rest == 0) {
      response.end();
    } else {
      response.drainHandler(room -> fill(response, rest));
    }
  }

  private static boolean ended(HttpServerRequest request) {
    boolean head = request.method().equals(HttpMethod.HEAD);
    if (head) {
      request.response().end();
    }
    return head;
  }

  private static long lastEvent(HttpServerRequest request) {
    try {
      String last = request.getHeader("Last-Event-ID");
      return last == null ? 0 : Math.max(0, Integer.parseInt(last));
    } catch (NumberFormatException noneOfOurs) {
      return 0;
    }
  }

  private static byte[] letters(int length) {
    String alphabet = "abcdefghijklmnopqrstuvwxyz";
    return alphabet.repeat(length / alphabet.length()).getBytes(StandardCharsets.US_ASCII);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
