package dev.sluice.edge.idempotency;

/** What became of asking for a key. */
public sealed interface Claim {
  /** It is the first with this key, and must be kept or freed. */
  record First() implements Claim {}

  /** The first one has not been answered yet. */
  record UnderWay() implements Claim {}

  /** The key was used for another request. */
  record Other() implements Claim {}

  /** It was done, and this was the answer. */
  record Done(KeptAnswer answer) implements Claim {}

  /** It was done, but its answer was too large to be kept, or cannot be read. */
  record Lost() implements Claim {}
}
