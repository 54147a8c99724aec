package dev.sluice.rules.bad.platform.right;

import dev.sluice.rules.bad.platform.left.Left;

/** The other half. */
public final class Right {
  Left left;
}
