package dev.sluice.order;

import dev.sluice.codec.Caller;
import java.util.UUID;

/**
 * Whose orders a caller sees: everybody's, or only those of {@code userId}. An account-less caller
 * who may not see all sees none.
 */
record OrderScope(UUID userId, boolean all) {
  static final String ALL_ORDERS = "admin:orders";

  static OrderScope of(Caller caller) {
    return new OrderScope(caller.userId(), caller.may(ALL_ORDERS));
  }
}
