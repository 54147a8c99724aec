package dev.sluice.order;

import dev.sluice.contract.Order.Status;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which state of an order may follow which. */
final class OrderTransitions {
  private OrderTransitions() {}

  /**
   * The table. PROCESSING may be skipped; CANCELLED can be reached until the goods have left;
   * DELIVERED and CANCELLED are final.
   */
  static boolean canBecome(Status from, Status to) {
    return switch (from) {
      case CREATED -> to == Status.CONFIRMED || to == Status.CANCELLED;
      case CONFIRMED -> to == Status.PROCESSING || to == Status.SHIPPED || to == Status.CANCELLED;
      case PROCESSING -> to == Status.SHIPPED || to == Status.CANCELLED;
      case SHIPPED -> to == Status.DELIVERED;
      case DELIVERED, CANCELLED -> false;
    };
  }

  /** Why an order does not become {@code to}, and what it can become instead. */
  static String refusal(Status from, Status to) {
    List<Status> next = Arrays.stream(Status.values()).filter(s -> canBecome(from, s)).toList();
    String instead =
        next.isEmpty()
            ? name(from) + " is final"
            : "from here it can become "
                + next.stream().map(OrderTransitions::name).collect(Collectors.joining(", "));
    return "the order is " + name(from) + " and cannot become " + name(to) + "; " + instead;
  }

  /** As it is written in JSON and in the table: lower case. */
  static String name(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
