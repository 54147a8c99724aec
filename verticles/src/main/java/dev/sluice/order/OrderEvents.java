package dev.sluice.order;

import dev.sluice.contract.Event;
import dev.sluice.contract.Order;

/** What is announced about an order that has just become what it is. */
final class OrderEvents {
  private OrderEvents() {}

  static Event of(Order.View o) {
    return switch (o.status()) {
      case CREATED -> new Order.Created(o.id(), o.userId(), o.total());
      case CONFIRMED -> new Order.Confirmed(o.id(), o.userId(), o.total(), o.version());
      case PROCESSING -> new Order.Processing(o.id(), o.userId(), o.total(), o.version());
      case SHIPPED -> new Order.Shipped(o.id(), o.userId(), o.total(), o.version());
      case DELIVERED -> new Order.Delivered(o.id(), o.userId(), o.total(), o.version());
      case CANCELLED -> new Order.Cancelled(o.id(), o.userId(), o.total(), o.version());
    };
  }
}
