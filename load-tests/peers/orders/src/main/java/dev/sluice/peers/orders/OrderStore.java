package dev.sluice.peers.orders;

import io.r2dbc.spi.Readable;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/** Orders in their tables, by the statements of Sluice's order room. */
@Repository
class OrderStore {

  private static final String INSERT =
      """
      WITH placed AS (
        INSERT INTO orders
          (id, user_id, status, currency, total_minor, version, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8))
      INSERT INTO order_items (order_id, line, sku, quantity, unit_price_minor)
      SELECT $1, item.line, item.sku, item.quantity, item.unit_price_minor
      FROM unnest($9::text[], $10::int[], $11::bigint[]) WITH ORDINALITY
        AS item (sku, quantity, unit_price_minor, line)
      """;

  private static final String FIND =
      """
      SELECT o.*, i.sku, i.quantity, i.unit_price_minor
      FROM orders o JOIN order_items i ON i.order_id = o.id
      WHERE o.id = $1 AND ($2::boolean OR o.user_id = $3)
      ORDER BY i.line
      """;

  private record Found(Order order, Order.Line line) {}

  private final DatabaseClient database;

  OrderStore(DatabaseClient database) {
    this.database = database;
  }

  Mono<Void> insert(Order order) {
    List<Order.Line> items = order.items();
    return database
        .sql(INSERT)
        .bind(0, order.id())
        .bind(1, order.userId())
        .bind(2, order.status().name().toLowerCase(Locale.ROOT))
        .bind(3, order.total().currency())
        .bind(4, order.total().minor())
        .bind(5, order.version())
        .bind(6, order.createdAt().atOffset(ZoneOffset.UTC))
        .bind(7, order.updatedAt().atOffset(ZoneOffset.UTC))
        .bind(8, items.stream().map(Order.Line::sku).toArray(String[]::new))
        .bind(9, items.stream().map(Order.Line::quantity).toArray(Integer[]::new))
        .bind(10, items.stream().map(line -> line.unitPrice().minor()).toArray(Long[]::new))
        .then();
  }

  Mono<Order> find(UUID id, Caller caller) {
    return database
        .sql(FIND)
        .bind(0, id)
        .bind(1, caller.all())
        .bind(2, caller.userId())
        .map(OrderStore::row)
        .all()
        .collectList()
        .mapNotNull(rows -> rows.isEmpty() ? null : whole(rows));
  }

  /** Each row has one line, and the order beside it. */
  private static Found row(Readable row) {
    String currency = row.get("currency", String.class);
    return new Found(
        new Order(
            row.get("id", UUID.class),
            row.get("user_id", UUID.class),
            Order.Status.valueOf(row.get("status", String.class).toUpperCase(Locale.ROOT)),
            List.of(),
            new Money(row.get("total_minor", Long.class), currency),
            row.get("version", Long.class),
            row.get("created_at", OffsetDateTime.class).toInstant(),
            row.get("updated_at", OffsetDateTime.class).toInstant()),
        new Order.Line(
            row.get("sku", String.class),
            row.get("quantity", Integer.class),
            new Money(row.get("unit_price_minor", Long.class), currency)));
  }

  private static Order whole(List<Found> rows) {
    Order first = rows.get(0).order();
    return new Order(
        first.id(),
        first.userId(),
        first.status(),
        rows.stream().map(Found::line).toList(),
        first.total(),
        first.version(),
        first.createdAt(),
        first.updatedAt());
  }
}
