package dev.sluice.edge.transform;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.zip.Deflater;

/**
 * Compresses the responses of one event loop, where it pays and the client can read it. Each of
 * those under way has a deflater of a quarter of a megabyte outside the heap: there are at most
 * {@link #MOST_OPEN} at once, and a response beyond that goes out as it is.
 */
public final class Compression {
  /** From this many bytes on, where the length is known: less fits into one packet anyway. */
  static final int LEAST_BYTES = 1024;

  /** Responses that are compressed at once. */
  static final int MOST_OPEN = 64;

  /** What more effort costs and brings is in docs/decisions/0012. */
  static final int LEVEL = 1;

  private static final int MOST_IDLE = 8;
  private static final int NOT_MODIFIED = 304;
  private static final String IDENTITY = "identity";
  private static final CharSequence GZIP = HttpHeaders.createOptimized("gzip");

  private final Deque<Deflater> idle = new ArrayDeque<>();
  private final byte[] scratch = new byte[8192];
  private int open;
  private boolean closed;

  /**
   * Decides about a response, and changes its headers accordingly. To be called with all of the
   * upstream's headers there, and after {@link ResponseTransform}.
   *
   * @param head whether it is the answer to a HEAD: the headers are those of a GET, and there is
   *     nothing to encode
   * @return null if the body goes out as it is. What is returned must be finished or closed.
   */
  public BodyEncoder begin(boolean head, MultiMap request, int status, MultiMap response) {
    AcceptEncoding accepted = accepted(request);
    if (status == NOT_MODIFIED) {
      // Of which form the client has is not known here; a weak tag is right for each.
      vary(response);
      Representation.weaken(response);
      return null;
    }
    if (!compressible(status, response, accepted)) {
      return null;
    }
    vary(response);
    if (!accepted.prefersGzip() || open == MOST_OPEN || closed) {
      return null;
    }
    boolean lengthKnown = response.contains(HttpHeaders.CONTENT_LENGTH);
    response.set(HttpHeaders.CONTENT_ENCODING, GZIP);
    response.remove(HttpHeaders.CONTENT_LENGTH);
    Representation.altered(response);
    return head ? null : new GzipEncoder(this, take(), scratch, !lengthKnown);
  }

  /** Responses being compressed now. */
  public int open() {
    return open;
  }

  /** Gives back what is held for later. */
  public void close() {
    closed = true;
    idle.forEach(Deflater::end);
    idle.clear();
  }

  void release(Deflater deflater) {
    open--;
    if (idle.size() < MOST_IDLE && !closed) {
      deflater.reset();
      idle.push(deflater);
    } else {
      deflater.end();
    }
  }

  private Deflater take() {
    open++;
    return idle.isEmpty() ? new Deflater(LEVEL, true) : idle.pop();
  }

  private static AcceptEncoding accepted(MultiMap request) {
    if (!request.contains(HttpHeaders.ACCEPT_ENCODING)) {
      return AcceptEncoding.NONE;
    }
    List<String> lines = request.getAll(HttpHeaders.ACCEPT_ENCODING);
    return AcceptEncoding.of(lines.size() == 1 ? lines.get(0) : String.join(",", lines));
  }

  private static boolean compressible(int status, MultiMap response, AcceptEncoding accepted) {
    if (status < 200 || status == 204 || status == 205 || status == 206) {
      return false;
    }
    String encoding = response.get(HttpHeaders.CONTENT_ENCODING);
    if ((encoding != null && !encoding.equalsIgnoreCase(IDENTITY))
        || response.contains(HttpHeaders.CONTENT_RANGE)
        || !MediaTypes.compressible(response.get(HttpHeaders.CONTENT_TYPE))
        || noTransform(response)) {
      return false;
    }
    String length = response.get(HttpHeaders.CONTENT_LENGTH);
    return length == null || accepted.identity() == 0 || Long.parseLong(length) >= LEAST_BYTES;
  }

  private static boolean noTransform(MultiMap response) {
    return response.contains(HttpHeaders.CACHE_CONTROL)
        && response.getAll(HttpHeaders.CACHE_CONTROL).stream()
            .anyMatch(line -> line.toLowerCase(Locale.ROOT).contains("no-transform"));
  }

  /** Adds to what is there already, and leaves a {@code *} alone. */
  private static void vary(MultiMap response) {
    if (!response.contains(HttpHeaders.VARY)) {
      response.set(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
      return;
    }
    for (String line : response.getAll(HttpHeaders.VARY)) {
      for (String name : line.split(",", -1)) {
        String field = name.strip();
        if (field.equals("*") || field.equalsIgnoreCase("accept-encoding")) {
          return;
        }
      }
    }
    response.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
  }
}
