package dev.sluice.edge.cache;

/** Whether a stored response may answer a request: RFC 9111 sections 4 and 4.2.4, RFC 5861. */
enum Reuse {
  /** It may. */
  FRESH,
  /** It is stale, and the client said that this is good enough. */
  STALE,
  /** It is stale and may be used while it is fetched anew. */
  BEHIND,
  /** Its origin is to be asked first. */
  VALIDATE;

  static Reuse of(StoredResponse stored, Demands demands, long now) {
    if (stored.validateAlways() || demands.noCache()) {
      return VALIDATE;
    }
    if (demands.maxAge() >= 0 && stored.age(now) / 1000 > demands.maxAge()) {
      return VALIDATE;
    }
    long remaining = stored.remaining(now);
    if (remaining > 0) {
      return demands.minFresh() < 0 || remaining >= demands.minFresh() * 1000 ? FRESH : VALIDATE;
    }
    if (demands.minFresh() >= 0) {
      return VALIDATE;
    }
    if (demands.maxStale() >= 0
        && stored.staleAllowed()
        && -remaining <= demands.maxStale() * 1000) {
      return STALE;
    }
    return -remaining < stored.staleWhileRevalidate() ? BEHIND : VALIDATE;
  }

  /** Whether it may answer because the upstream cannot. */
  static boolean onError(StoredResponse stored, Demands demands, long now) {
    if (stored.validateAlways()) {
      return false;
    }
    long stale = -stored.remaining(now);
    boolean asked =
        stored.staleAllowed()
            && demands.staleIfError() >= 0
            && stale <= demands.staleIfError() * 1000;
    return asked || stale < stored.staleIfError();
  }
}
