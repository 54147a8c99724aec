package dev.sluice.contract;

import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/** What can be asked of, and heard from, the order room. */
public sealed interface Order extends Contract {

  /** States an order can be in; which may follow which is the order room's table. */
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

    public Line {
      Check.matches("sku", sku, SKU, "1 to 64 letters, digits, '.', '_' or '-'");
      Check.range("quantity", quantity, 1, 1_000_000);
      Check.present("unitPrice", unitPrice);
      if (unitPrice.minor() < 0) {
        throw Problem.field("unitPrice.amount", "must not be negative");
      }
    }
  }

  /** Places an order for the caller; answers what was placed. */
  @Requires("write:orders")
  record Create(java.util.List<Line> items) implements Order, Request<View> {
    public Create {
      items = Check.list("items", items, 1, 200);
      String currency = items.get(0).unitPrice().currency();
      for (int i = 1; i < items.size(); i++) {
        if (!currency.equals(items.get(i).unitPrice().currency())) {
          throw Problem.field(
              "items[" + i + "].unitPrice.currency", "must be " + currency + " as in items[0]");
        }
      }
    }

    /** The sum over the lines. */
    public Money total() {
      Money total = new Money(0, items.get(0).unitPrice().currency());
      for (Line line : items) {
        total = total.plus(line.unitPrice().times(line.quantity()));
      }
      return total;
    }
  }

  /** One order. Callers see their own; {@code admin:orders} sees all. */
  @Requires("read:orders")
  @Idempotent
  record Get(UUID orderId) implements Order, Request<View> {
    public Get {
      Check.present("orderId", orderId);
    }
  }

  /**
   * The caller's orders, newest first.
   *
   * @param limit 1 to 100, 20 when absent
   * @param cursor the {@code nextCursor} of the page before; absent for the first page
   * @param status only orders in this state; absent for all
   */
  @Requires("read:orders")
  @Idempotent
  record List(@MayBeAbsent Integer limit, @MayBeAbsent String cursor, @MayBeAbsent Status status)
      implements Order, Request<Page> {
    public List {
      limit = limit == null ? 20 : Check.range("limit", limit, 1, 100);
      if (cursor != null) {
        Check.text("cursor", cursor, 1, 200);
      }
    }
  }

  /**
   * Moves an order to another state.
   *
   * @param expectedVersion fails with CONFLICT unless the order still has this version; absent: any
   */
  @Requires("write:orders")
  record Transition(UUID orderId, Status to, @MayBeAbsent Long expectedVersion)
      implements Order, Request<View> {
    public Transition {
      Check.present("orderId", orderId);
      Check.present("to", to);
    }
  }

  /**
   * An order as it stands.
   *
   * @param version counts its changes from 1
   */
  record View(
      UUID id,
      UUID userId,
      Status status,
      java.util.List<Line> items,
      Money total,
      long version,
      Instant createdAt,
      Instant updatedAt)
      implements Order {
    public View {
      items = Check.copy(items);
    }
  }

  /**
   * @param nextCursor absent on the last page
   */
  record Page(java.util.List<View> items, @MayBeAbsent String nextCursor) implements Order {
    public Page {
      items = Check.copy(items);
    }
  }

  record Created(UUID orderId, UUID userId, Money total) implements Order, Event {}

  record Confirmed(UUID orderId, UUID userId, Money total, long version) implements Order, Event {}

  record Processing(UUID orderId, UUID userId, Money total, long version) implements Order, Event {}

  record Shipped(UUID orderId, UUID userId, Money total, long version) implements Order, Event {}

  record Delivered(UUID orderId, UUID userId, Money total, long version) implements Order, Event {}

  record Cancelled(UUID orderId, UUID userId, Money total, long version) implements Order, Event {}
}
