package dev.sluice.limiter;

import dev.sluice.limiter.Decision.Outcome;

/** A request that waited, and what became of it. */
record Decided<W>(W who, Outcome outcome, long remaining, long retryMillis) {
  private static final long UNKNOWN_RETRY_MILLIS = 1000;

  static <W> Decided<W> allowed(W who, long remaining) {
    return new Decided<>(who, Outcome.ALLOWED, Math.max(0, remaining), 0);
  }

  static <W> Decided<W> denied(W who, long retryMillis) {
    return new Decided<>(who, Outcome.DENIED, 0, retryMillis);
  }

  /** What became of it as {@link Book#take} says it. */
  static <W> Decided<W> of(W who, long left) {
    return left >= 0
        ? allowed(who, left)
        : left == Book.UNKNOWN
            ? new Decided<>(who, Outcome.UNKNOWN, 0, UNKNOWN_RETRY_MILLIS)
            : denied(who, -left);
  }
}
