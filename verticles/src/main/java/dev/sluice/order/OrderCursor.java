package dev.sluice.order;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Order;
import dev.sluice.contract.Problem;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;

/**
 * Where a page ended: the last order on it. The next page holds what is older, so orders placed in
 * the meantime neither repeat nor hide any. Clients get it as text they need not understand, 24
 * bytes in base64url: microseconds since 1970, then the id.
 */
record OrderCursor(Instant createdAt, UUID id) {
  /** Before the first page. */
  static final OrderCursor NEWEST =
      new OrderCursor(Instant.parse("9999-12-31T23:59:59.999999Z"), new UUID(-1, -1));

  private static final int BYTES = 24;

  static OrderCursor after(Order.View last) {
    return new OrderCursor(last.createdAt(), last.id());
  }

  /**
   * @param text as {@link #text} made it, or null for {@link #NEWEST}
   * @throws Failure INVALID for anything else
   */
  static OrderCursor parse(String text) {
    if (text == null) {
      return NEWEST;
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      if (bytes.remaining() == BYTES) {
        Instant createdAt = Instant.EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS);
        OrderCursor cursor = new OrderCursor(createdAt, new UUID(bytes.getLong(), bytes.getLong()));
        boolean inRange =
            !createdAt.isBefore(Instant.EPOCH) && !createdAt.isAfter(NEWEST.createdAt);
        if (inRange && cursor.text().equals(text)) {
          return cursor;
        }
      }
    } catch (IllegalArgumentException notBase64) {
      // Falls through to the one message for all.
    }
    throw Problem.field("cursor", "must be the nextCursor of the page before, unchanged");
  }

  String text() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    // ChronoUnit.MICROS.between counts nanoseconds, of which a long has no more after 2262.
    bytes.putLong(createdAt.getEpochSecond() * 1_000_000 + createdAt.getNano() / 1000);
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }
}
