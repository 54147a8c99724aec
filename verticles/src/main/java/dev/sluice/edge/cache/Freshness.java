package dev.sluice.edge.cache;

import dev.sluice.edge.http.FieldValues;
import dev.sluice.edge.http.HttpDate;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Set;

/** How long a response is fresh, and how old it is: RFC 9111 section 4.2. Milliseconds. */
final class Freshness {
  /** The response says nothing, and its status is none to guess for. */
  static final long UNKNOWN = -1;

  /**
   * The statuses RFC 9110 section 15.1 lets a cache guess for, without the errors of clients and
   * servers that often pass: a 404 is kept when its origin says so.
   */
  private static final Set<Integer> GUESSED = Set.of(200, 203, 204, 300, 301, 308, 410);

  private Freshness() {}

  /** Section 4.2.1; what is contradicting or cannot be read is stale. */
  static long lifetime(
      CacheConfig config, int status, CacheControl control, MultiMap headers, long received) {
    if (config.overrideOrigin() && (GUESSED.contains(status) || said(control, headers))) {
      return config.ttl().toMillis();
    }
    if (control.sharedMaxAge() != CacheControl.ABSENT) {
      return Math.max(0, control.sharedMaxAge()) * 1000;
    }
    if (control.maxAge() != CacheControl.ABSENT) {
      return Math.max(0, control.maxAge()) * 1000;
    }
    List<String> expires = headers.getAll("Expires");
    if (!expires.isEmpty()) {
      long until = expires.size() == 1 ? HttpDate.millis(expires.get(0), received) : HttpDate.NONE;
      long date = HttpDate.millis(headers.get("Date"), received);
      long from = date == HttpDate.NONE ? received : date;
      return until == HttpDate.NONE ? 0 : Math.max(0, until - from);
    }
    boolean guess = GUESSED.contains(status) || control.open();
    return guess && !config.ttl().isZero() ? config.ttl().toMillis() : UNKNOWN;
  }

  private static boolean said(CacheControl control, MultiMap headers) {
    return control.sharedMaxAge() != CacheControl.ABSENT
        || control.maxAge() != CacheControl.ABSENT
        || control.open()
        || headers.contains("Expires");
  }

  /** How old a response was when it was received: corrected_initial_age of section 4.2.3. */
  static long initialAge(MultiMap headers, long requested, long received) {
    long date = HttpDate.millis(headers.get("Date"), received);
    long apparent = date == HttpDate.NONE ? 0 : Math.max(0, received - date);
    return Math.max(apparent, age(headers) * 1000 + Math.max(0, received - requested));
  }

  /** Section 5.1: of several values the first counts, and one that is no number not at all. */
  private static long age(MultiMap headers) {
    String field = headers.get("Age");
    if (field == null) {
      return 0;
    }
    int comma = field.indexOf(',');
    return Math.max(
        0, FieldValues.seconds((comma < 0 ? field : field.substring(0, comma)).strip()));
  }
}
