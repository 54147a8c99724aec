package dev.sluice.audit;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Where a page ended: the id of the last entry on it. Clients get it as text they need not
 * understand, 8 bytes in base64url.
 */
record AuditCursor(long id) {
  /** Before the first page. */
  static final AuditCursor NEWEST = new AuditCursor(Long.MAX_VALUE);

  /**
   * @param text as {@link #text} made it, or null for {@link #NEWEST}
   * @throws Failure INVALID for anything else
   */
  static AuditCursor parse(String text) {
    if (text == null) {
      return NEWEST;
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      if (bytes.remaining() == Long.BYTES) {
        AuditCursor cursor = new AuditCursor(bytes.getLong());
        if (cursor.id > 0 && cursor.text().equals(text)) {
          return cursor;
        }
      }
    } catch (IllegalArgumentException notBase64) {
      // Falls through to the one message for all.
    }
    throw Problem.field("cursor", "must be the nextCursor of the page before, unchanged");
  }

  String text() {
    byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(id).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
