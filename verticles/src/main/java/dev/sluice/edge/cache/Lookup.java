package dev.sluice.edge.cache;

/** What the cache says to a request. */
public sealed interface Lookup {

  /** Answer with this; no upstream is needed. */
  record Hit(Answer answer) implements Lookup {}

  /**
   * Answer with this, and fetch it anew behind it: send a copy of the request, after {@link
   * Ticket#prepare}, to the upstream, and tell the ticket what comes of it.
   */
  record Stale(Answer answer, Ticket ticket) implements Lookup {}

  /** Ask the upstream, and tell the ticket what comes of it. */
  record Miss(Ticket ticket) implements Lookup {}

  /**
   * Ask the upstream and leave the cache alone.
   *
   * @param cacheStatus the value of the answer's Cache-Status field
   */
  record Bypass(String cacheStatus) implements Lookup {}

  /** The client wants a stored answer or none ({@code only-if-cached}): 504. */
  record Refuse(String cacheStatus) implements Lookup {}
}
