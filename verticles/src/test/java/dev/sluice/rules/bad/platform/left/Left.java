package dev.sluice.rules.bad.platform.left;

import dev.sluice.rules.bad.auth.AuthVerticle;
import dev.sluice.rules.bad.platform.right.Right;

/** Half of a cycle of things, and it knows a room. */
public final class Left {
  Right right;
  AuthVerticle auth;
}
