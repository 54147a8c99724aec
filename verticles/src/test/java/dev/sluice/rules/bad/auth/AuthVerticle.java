package dev.sluice.rules.bad.auth;

import dev.sluice.rules.bad.order.OrderVerticle;

/** Half of a cycle of rooms. */
public final class AuthVerticle {
  OrderVerticle order;
}
