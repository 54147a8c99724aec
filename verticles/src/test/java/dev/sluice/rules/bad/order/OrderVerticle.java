package dev.sluice.rules.bad.order;

import dev.sluice.rules.bad.Root;
import dev.sluice.rules.bad.auth.AuthVerticle;
import dev.sluice.rules.bad.platform.lonely.Lonely;

/** Knows another room, which knows it, and the root. */
public final class OrderVerticle {
  AuthVerticle auth;
  Root root;
  Lonely lonely;
}
