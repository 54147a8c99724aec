package dev.sluice.rules.bad.contract;

import dev.sluice.rules.bad.codec.Written;

/** Knows how it is written. */
public final class Said {
  Written written;
}
