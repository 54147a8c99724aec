package dev.sluice.edge.cache;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/**
 * Conditional requests that a cache answers itself: RFC 9111 section 4.3.2, RFC 9110 section 13.
 */
final class Conditions {
  private Conditions() {}

  /** Whether the client has this response already: If-None-Match, or else If-Modified-Since. */
  static boolean unchanged(MultiMap request, StoredResponse stored) {
    if (stored.status() != 200) {
      return false; // section 13.2.1 of RFC 9110
    }
    if (request.contains(HttpHeaders.IF_NONE_MATCH)) {
      String known = FieldValues.combined(request, "If-None-Match");
      return known.strip().equals("*") || named(known, stored.etag());
    }
    String since = request.get(HttpHeaders.IF_MODIFIED_SINCE);
    return since != null && unchangedSince(since, stored);
  }

  /** Whether the client asks under a condition the cache may answer. */
  static boolean asked(MultiMap request) {
    return request.contains(HttpHeaders.IF_NONE_MATCH)
        || request.contains(HttpHeaders.IF_MODIFIED_SINCE);
  }

  /** Whether a part of this response fits the one the client has: RFC 9110 section 13.1.5. */
  static boolean rangeFits(MultiMap request, StoredResponse stored) {
    String condition = request.get(Fields.IF_RANGE);
    if (condition == null) {
      return true;
    }
    if (condition.startsWith("\"") || condition.startsWith("W/")) {
      return condition.startsWith("\"") && condition.equals(stored.etag());
    }
    return condition.equals(stored.lastModified()) && strongDate(stored);
  }

  /** Weak comparison: RFC 9110 section 8.8.3.2. */
  static boolean sameWeakly(String one, String other) {
    return opaque(one).equals(opaque(other));
  }

  static boolean weak(String etag) {
    return etag.startsWith("W/");
  }

  private static boolean named(String list, String etag) {
    if (etag == null) {
      return false;
    }
    for (String member : FieldValues.members(list)) {
      if (sameWeakly(member, etag)) {
        return true;
      }
    }
    return false;
  }

  private static String opaque(String etag) {
    return weak(etag) ? etag.substring(2) : etag;
  }

  private static boolean unchangedSince(String since, StoredResponse stored) {
    if (since.equals(stored.lastModified())) {
      return true; // the usual case, without reading dates
    }
    long asked = HttpDate.millis(since);
    long changed = HttpDate.millis(stored.lastModified());
    long known = changed == HttpDate.NONE ? HttpDate.millis(stored.date()) : changed;
    return asked != HttpDate.NONE && known != HttpDate.NONE && known <= asked;
  }

  /** Two changes within a second have one date: RFC 9110 section 8.8.2.2. */
  private static boolean strongDate(StoredResponse stored) {
    long date = HttpDate.millis(stored.date());
    long changed = HttpDate.millis(stored.lastModified());
    return date != HttpDate.NONE && changed != HttpDate.NONE && date - changed >= 1000;
  }
}
