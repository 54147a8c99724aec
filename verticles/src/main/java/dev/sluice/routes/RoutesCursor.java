package dev.sluice.routes;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Where a page ended: the last version on it. Clients get it as text they need not understand, 8
 * bytes in base64url.
 */
record RoutesCursor(long version) {
  /** Before the first page. */
  static final RoutesCursor NEWEST = new RoutesCursor(Long.MAX_VALUE);

  /**
   * @param text as {@link #text} made it, or null for {@link #NEWEST}
   * @throws Failure INVALID for anything else
   */
  static RoutesCursor parse(String text) {
    if (text == null) {
      return NEWEST;
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      if (bytes.remaining() == Long.BYTES) {
        RoutesCursor cursor = new RoutesCursor(bytes.getLong());
        if (cursor.version > 0 && cursor.text().equals(text)) {
          return cursor;
        }
      }
    } catch (IllegalArgumentException notBase64) {
      // Falls through to the one message for all.
    }
    throw Problem.field("cursor", "must be the nextCursor of the page before, unchanged");
  }

  String text() {
    byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(version).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
