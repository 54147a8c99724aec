package dev.sluice.order;

import dev.sluice.contract.Money;
import dev.sluice.contract.Order;
import dev.sluice.platform.db.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Orders in their tables. Methods with a connection are steps of the caller's transaction. */
final class OrderStore {

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

  private static final String LOCK = FIND + "FOR NO KEY UPDATE OF o";

  private static final String UPDATE =
      """
      UPDATE orders SET status = $3, version = $4, updated_at = $5 WHERE id = $1 AND version = $2
      """;

  private static final String PAGE_OF_USER =
      """
      SELECT * FROM orders
      WHERE (created_at, id) < ($1, $2) AND ($3::text IS NULL OR status = $3) AND user_id = $5
      ORDER BY created_at DESC, id DESC LIMIT $4
      """;

  private static final String PAGE_OF_ALL =
      """
      SELECT * FROM orders
      WHERE (created_at, id) < ($1, $2) AND ($3::text IS NULL OR status = $3)
      ORDER BY created_at DESC, id DESC LIMIT $4
      """;

  private static final String ITEMS =
      """
      SELECT order_id, sku, quantity, unit_price_minor FROM order_items
      WHERE order_id = ANY ($1) ORDER BY order_id, line
      """;

  private final Database database;

  OrderStore(Database database) {
    this.database = database;
  }

  Future<Void> insert(SqlConnection tx, Order.View order) {
    List<Order.Line> items = order.items();
    Tuple values =
        Tuple.of(order.id(), order.userId(), OrderTransitions.name(order.status()))
            .addString(order.total().currency())
            .addLong(order.total().minor())
            .addLong(order.version())
            .addOffsetDateTime(utc(order.createdAt()))
            .addOffsetDateTime(utc(order.updatedAt()))
            .addArrayOfString(items.stream().map(Order.Line::sku).toArray(String[]::new))
            .addArrayOfInteger(items.stream().map(Order.Line::quantity).toArray(Integer[]::new))
            .addArrayOfLong(
                items.stream().map(line -> line.unitPrice().minor()).toArray(Long[]::new));
    return tx.preparedQuery(INSERT).execute(values).mapEmpty();
  }

  /** The order, unless it is not there or not in scope. */
  Future<Optional<Order.View>> find(UUID id, OrderScope scope) {
    return database.query(FIND, Tuple.of(id, scope.all(), scope.userId())).map(OrderStore::single);
  }

  /** The same, and nobody else changes the order until the transaction ends. */
  Future<Optional<Order.View>> lock(SqlConnection tx, UUID id, OrderScope scope) {
    return tx.preparedQuery(LOCK)
        .execute(Tuple.of(id, scope.all(), scope.userId()))
        .map(OrderStore::single);
  }

  /** Writes state, version and time of {@code order}; false if the row has another version. */
  Future<Boolean> update(SqlConnection tx, Order.View order, long from) {
    return tx.preparedQuery(UPDATE)
        .execute(
            Tuple.of(
                order.id(),
                from,
                OrderTransitions.name(order.status()),
                order.version(),
                utc(order.updatedAt())))
        .map(updated -> updated.rowCount() == 1);
  }

  /**
   * Orders older than {@code after}, newest first, with their lines; two statements however many.
   *
   * @param status null for all
   */
  Future<List<Order.View>> page(
      OrderScope scope, OrderCursor after, Order.Status status, int limit) {
    Tuple values =
        Tuple.of(
            utc(after.createdAt()),
            after.id(),
            status == null ? null : OrderTransitions.name(status),
            limit);
    return database
        .query(
            scope.all() ? PAGE_OF_ALL : PAGE_OF_USER,
            scope.all() ? values : values.addUUID(scope.userId()))
        .compose(this::withItems);
  }

  private Future<List<Order.View>> withItems(RowSet<Row> orders) {
    if (orders.size() == 0) {
      return Future.succeededFuture(List.of());
    }
    List<UUID> ids = new ArrayList<>(orders.size());
    orders.forEach(order -> ids.add(order.getUUID("id")));
    return database
        .query(ITEMS, Tuple.of(ids.toArray(UUID[]::new)))
        .map(
            rows -> {
              Map<UUID, List<Row>> items = new HashMap<>();
              rows.forEach(
                  row ->
                      items
                          .computeIfAbsent(row.getUUID("order_id"), id -> new ArrayList<>())
                          .add(row));
              List<Order.View> page = new ArrayList<>(orders.size());
              orders.forEach(
                  order ->
                      page.add(view(order, items.getOrDefault(order.getUUID("id"), List.of()))));
              return page;
            });
  }

  /** Each row has one line, and the order beside it. */
  private static Optional<Order.View> single(RowSet<Row> rows) {
    List<Row> lines = new ArrayList<>(rows.size());
    rows.forEach(lines::add);
    return lines.isEmpty() ? Optional.empty() : Optional.of(view(lines.get(0), lines));
  }

  private static Order.View view(Row order, List<Row> lines) {
    String currency = order.getString("currency");
    List<Order.Line> items =
        lines.stream()
            .map(
                line ->
                    new Order.Line(
                        line.getString("sku"),
                        line.getInteger("quantity"),
                        new Money(line.getLong("unit_price_minor"), currency)))
            .toList();
    return new Order.View(
        order.getUUID("id"),
        order.getUUID("user_id"),
        Order.Status.valueOf(order.getString("status").toUpperCase(Locale.ROOT)),
        items,
        new Money(order.getLong("total_minor"), currency),
        order.getLong("version"),
        order.getOffsetDateTime("created_at").toInstant(),
        order.getOffsetDateTime("updated_at").toInstant());
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
