package dev.sluice.edge.cache;

/** The Cache-Status field: RFC 9211. */
final class CacheStatus {
  private static final String CACHE = "sluice";

  static final String BYPASS = CACHE + "; fwd=bypass";
  static final String METHOD = CACHE + "; fwd=method";
  static final String REQUEST = CACHE + "; fwd=request";
  static final String STALE = CACHE + "; fwd=stale";
  static final String URI_MISS = CACHE + "; fwd=uri-miss";
  static final String VARY_MISS = CACHE + "; fwd=vary-miss";
  static final String PARTIAL = CACHE + "; fwd=partial";

  private CacheStatus() {}

  static String hit(long remainingMillis) {
    return CACHE + "; hit; ttl=" + Math.floorDiv(remainingMillis, 1000L);
  }

  static String staleOnError(long remainingMillis) {
    return hit(remainingMillis) + "; detail=stale-if-error";
  }

  /** Another request fetched it. */
  static String collapsed(String forwarded) {
    return forwarded + "; collapsed";
  }

  static String validated(String forwarded) {
    return forwarded + "; fwd-status=304";
  }

  static String stored(String forwarded) {
    return forwarded + "; stored";
  }
}
