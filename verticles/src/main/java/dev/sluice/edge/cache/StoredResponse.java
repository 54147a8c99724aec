package dev.sluice.edge.cache;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * A response that is kept. Immutable; its body is a buffer nobody writes to, so that all event
 * loops may send it at once.
 *
 * @param head names and values in turn, without hop-by-hop fields, Age and Content-Length
 * @param initialAge how old it was when it was received, in milliseconds
 * @param received when that was, on this node's clock
 * @param lifetime milliseconds
 * @param validateAlways {@code no-cache}
 * @param staleAllowed whether a client that asks for it may have it when it is stale
 * @param etag null if it has none; the same for {@code lastModified} and {@code date}
 */
record StoredResponse(
    int status,
    List<String> head,
    Buffer body,
    long initialAge,
    long received,
    long lifetime,
    boolean validateAlways,
    boolean staleAllowed,
    long staleWhileRevalidate,
    long staleIfError,
    String etag,
    String lastModified,
    String date,
    List<String> tags)
    implements Kept {

  /** What an object and its references come to, roughly. */
  private static final int OBJECT = 200;

  private static final int TEXT = 48;

  long age(long now) {
    return initialAge + Math.max(0, now - received);
  }

  /** Milliseconds it is still fresh; negative: how long it is stale. */
  long remaining(long now) {
    return lifetime - age(now);
  }

  boolean hasValidator() {
    return etag != null || lastModified != null;
  }

  /** The same, received at another time. */
  StoredResponse at(long newInitialAge, long newReceived) {
    return new StoredResponse(
        status,
        head,
        body,
        newInitialAge,
        newReceived,
        lifetime,
        validateAlways,
        staleAllowed,
        staleWhileRevalidate,
        staleIfError,
        etag,
        lastModified,
        date,
        tags);
  }

  StoredResponse with(Buffer newBody) {
    return new StoredResponse(
        status,
        head,
        newBody,
        initialAge,
        received,
        lifetime,
        validateAlways,
        staleAllowed,
        staleWhileRevalidate,
        staleIfError,
        etag,
        lastModified,
        date,
        tags);
  }

  @Override
  public int weight() {
    long bytes = OBJECT + (long) body.length();
    for (String text : head) {
      bytes += TEXT + text.length();
    }
    for (String tag : tags) {
      bytes += 2L * TEXT + tag.length();
    }
    return (int) Math.min(Integer.MAX_VALUE, bytes);
  }
}
