package dev.sluice.order;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.sluice.codec.Envelope;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Order;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Request;
import dev.sluice.platform.db.KeyedChanges;
import dev.sluice.platform.kafka.Topics;
import dev.sluice.platform.outbox.Outbox;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What the order room does with each request. */
final class OrderHandlers {
  /** On Kafka, the account that asked for the change; absent when a node did. */
  static final String BY = "userId";

  private final OrderStore store;
  private final KeyedChanges<Request<Order.View>, Order.View> changes;
  private final Outbox outbox;
  private final Time time;

  OrderHandlers(
      OrderStore store,
      KeyedChanges<Request<Order.View>, Order.View> changes,
      Outbox outbox,
      Time time) {
    this.store = store;
    this.changes = changes;
    this.outbox = outbox;
    this.time = time;
  }

  Future<Order.View> create(Order.Create request, Envelope call) {
    UUID userId = call.caller().userId();
    if (userId == null) {
      return Future.failedFuture(
          Problem.DENIED.because(
              "an order needs an account to place it for; this caller has none"));
    }
    Instant now = now();
    Order.View order =
        new Order.View(
            UuidCreator.getTimeOrderedEpoch(),
            userId,
            Order.Status.CREATED,
            request.items(),
            request.total(),
            1,
            now,
            now);
    return changes.once(
        request,
        call,
        tx -> store.insert(tx, order).compose(inserted -> announce(tx, order, call)));
  }

  Future<Order.View> get(Order.Get request, Envelope call) {
    return store
        .find(request.orderId(), OrderScope.of(call.caller()))
        .map(found -> found.orElseThrow(() -> unknown(request.orderId())));
  }

  Future<Order.Page> list(Order.List request, Envelope call) {
    int limit = request.limit();
    OrderCursor after = OrderCursor.parse(request.cursor());
    // One more than asked for, to know whether another page follows.
    return store
        .page(OrderScope.of(call.caller()), after, request.status(), limit + 1)
        .map(found -> found.size() > limit ? cut(found.subList(0, limit)) : last(found));
  }

  Future<Order.View> transition(Order.Transition request, Envelope call) {
    OrderScope scope = OrderScope.of(call.caller());
    return changes.once(
        request,
        call,
        tx ->
            store
                .lock(tx, request.orderId(), scope)
                .map(found -> found.orElseThrow(() -> unknown(request.orderId())))
                .compose(order -> move(tx, order, request, call)));
  }

  private Future<Order.View> move(
      SqlConnection tx, Order.View order, Order.Transition request, Envelope call) {
    Long expected = request.expectedVersion();
    if (expected != null && expected != order.version()) {
      return Future.failedFuture(stale(expected, "is at " + order.version()));
    }
    if (!OrderTransitions.canBecome(order.status(), request.to())) {
      return Future.failedFuture(
          Problem.CONFLICT.because(OrderTransitions.refusal(order.status(), request.to())));
    }
    Order.View moved =
        new Order.View(
            order.id(),
            order.userId(),
            request.to(),
            order.items(),
            order.total(),
            order.version() + 1,
            order.createdAt(),
            now());
    return store
        .update(tx, moved, order.version())
        .compose(
            updated ->
                updated
                    ? announce(tx, moved, call)
                    : Future.failedFuture(stale(order.version(), "has changed")));
  }

  private Future<Order.View> announce(SqlConnection tx, Order.View order, Envelope call) {
    Map<String, String> headers = new HashMap<>(Outbox.headers(call));
    if (call.caller().userId() != null) {
      headers.put(BY, call.caller().userId().toString());
    }
    return outbox
        .append(tx, OrderEvents.of(order), Topics.ORDERS, order.id().toString(), headers)
        .map(order);
  }

  /** What PostgreSQL can keep, so that an answer says the same as the next read. */
  private Instant now() {
    return time.now().truncatedTo(ChronoUnit.MICROS);
  }

  private static Order.Page cut(List<Order.View> page) {
    return new Order.Page(page, OrderCursor.after(page.get(page.size() - 1)).text());
  }

  private static Order.Page last(List<Order.View> page) {
    return new Order.Page(page, null);
  }

  /** The same for an order of somebody else: whether it exists is not told. */
  private static Failure unknown(UUID id) {
    return Problem.NOT_FOUND.because("there is no order " + id);
  }

  private static Failure stale(long expected, String actual) {
    return Problem.CONFLICT.because(
        "version " + expected + " of the order was expected, it " + actual + "; read it again");
  }
}
