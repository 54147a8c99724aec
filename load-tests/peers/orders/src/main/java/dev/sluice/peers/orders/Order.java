package dev.sluice.peers.orders;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * An order as it stands: what is answered, with the fields and in the order that Sluice has them.
 *
 * @param version counts its changes from 1
 */
record Order(
    UUID id,
    UUID userId,
    Status status,
    List<Line> items,
    Money total,
    long version,
    Instant createdAt,
    Instant updatedAt) {

  /** States an order can be in; lower case in JSON and in the table. */
  enum Status {
    CREATED,
    CONFIRMED,
    PROCESSING,
    SHIPPED,
    DELIVERED,
    CANCELLED
  }

  /** One line of an order. */
  record Line(String sku, int quantity, Money unitPrice) {
    private static final Pattern SKU = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int MOST = 1_000_000;

    Line {
      if (sku == null || !SKU.matcher(sku).matches()) {
        throw new IllegalArgumentException("sku must be 1 to 64 letters, digits, '.', '_' or '-'");
      }
      if (quantity < 1 || quantity > MOST) {
        throw new IllegalArgumentException("quantity must be from 1 to " + MOST);
      }
      if (unitPrice == null || unitPrice.minor() < 0) {
        throw new IllegalArgumentException("unitPrice must be there and not negative");
      }
    }
  }

  /** What a client sends to place an order. */
  record Create(List<Line> items) {
    private static final int MOST = 200;

    Create {
      if (items == null || items.isEmpty() || items.size() > MOST) {
        throw new IllegalArgumentException("items must be from 1 to " + MOST);
      }
      items = List.copyOf(items);
      String currency = items.get(0).unitPrice().currency();
      if (!items.stream().allMatch(line -> line.unitPrice().currency().equals(currency))) {
        throw new IllegalArgumentException("all items must have the currency of the first");
      }
    }

    Money total() {
      Money total = new Money(0, items.get(0).unitPrice().currency());
      for (Line line : items) {
        total = total.plus(line.unitPrice().times(line.quantity()));
      }
      return total;
    }
  }

  /** What is told about a new order. */
  record Created(UUID orderId, UUID userId, Money total) {}
}
