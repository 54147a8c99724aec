package dev.sluice.peers.orders;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.springframework.stereotype.Service;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/** What is done with the two requests. */
@Service
class OrderService {
  private final OrderStore store;
  private final Outbox outbox;
  private final IdempotencyKeys keys;
  private final TransactionalOperator transaction;
  private final InstantSource clock;

  OrderService(
      OrderStore store,
      Outbox outbox,
      IdempotencyKeys keys,
      TransactionalOperator transaction,
      InstantSource clock) {
    this.store = store;
    this.outbox = outbox;
    this.keys = keys;
    this.transaction = transaction;
    this.clock = clock;
  }

  /**
   * Order, lines and event in one transaction.
   *
   * @param key null, or what makes the request safe to repeat
   */
  Mono<Order> create(Order.Create request, Caller caller, String key, Trace trace) {
    // What PostgreSQL can keep.
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    Order order =
        new Order(
            UuidCreator.getTimeOrderedEpoch(),
            caller.userId(),
            Order.Status.CREATED,
            request.items(),
            request.total(),
            1,
            now,
            now);
    Mono<Order> written = store.insert(order).then(outbox.created(order, trace)).thenReturn(order);
    return transaction.transactional(
        key == null ? written : keys.once(caller, key, request, written));
  }

  /** Empty when there is none, or it is somebody else's. */
  Mono<Order> get(UUID id, Caller caller) {
    return store.find(id, caller);
  }
}
