package dev.sluice.edge.cache;

import dev.sluice.edge.http.FieldValues;
import java.util.List;
import java.util.Locale;

/**
 * The directives of a Cache-Control field (RFC 9111 section 5.2, RFC 5861), of a request or a
 * response. Numbers are in seconds. What cannot be read is taken to the safe side: a bad or
 * contradicting number is {@link #INVALID}, a quotation that is not closed may hide anything and is
 * no-store.
 */
final class CacheControl {
  /** The directive is not there. */
  static final long ABSENT = -1;

  /** The directive is there, and nobody can tell how much it says. */
  static final long INVALID = -2;

  /** max-stale without a number. */
  static final long ANY = Long.MAX_VALUE / 1000;

  static final CacheControl NONE = new CacheControl();

  private boolean noStore;
  private boolean noCache;
  private boolean noTransform;
  private boolean onlyIfCached;
  private boolean open;
  private boolean closed;
  private boolean mustRevalidate;
  private boolean proxyRevalidate;
  private boolean mustUnderstand;
  private long maxAge = ABSENT;
  private long sharedMaxAge = ABSENT;
  private long minFresh = ABSENT;
  private long maxStale = ABSENT;
  private long staleWhileRevalidate = ABSENT;
  private long staleIfError = ABSENT;
  private List<String> withheld = List.of();

  private CacheControl() {}

  /** Of the combined field; null is one that says nothing. */
  static CacheControl parse(String field) {
    if (field == null) {
      return NONE;
    }
    CacheControl read = new CacheControl();
    read.noStore = FieldValues.unclosed(field);
    for (String member : FieldValues.members(field)) {
      int equals = member.indexOf('=');
      String name = equals < 0 ? member : member.substring(0, equals).strip();
      String argument = equals < 0 ? null : member.substring(equals + 1).strip();
      read.directive(name.toLowerCase(Locale.ROOT), argument);
    }
    return read;
  }

  private void directive(String name, String argument) {
    switch (name) {
      case "no-store" -> noStore = true;
      case "no-cache" -> noCache |= !fields(argument);
      case "no-transform" -> noTransform = true;
      case "only-if-cached" -> onlyIfCached = true;
      case "public" -> open = true;
      case "private" -> closed |= !fields(argument);
      case "must-revalidate" -> mustRevalidate = true;
      case "proxy-revalidate" -> proxyRevalidate = true;
      case "must-understand" -> mustUnderstand = true;
      case "max-age" -> maxAge = number(maxAge, argument);
      case "s-maxage" -> sharedMaxAge = number(sharedMaxAge, argument);
      case "min-fresh" -> minFresh = number(minFresh, argument);
      case "max-stale" -> maxStale = argument == null ? ANY : number(maxStale, argument);
      case "stale-while-revalidate" ->
          staleWhileRevalidate = number(staleWhileRevalidate, argument);
      case "stale-if-error" -> staleIfError = number(staleIfError, argument);
      default -> {} // section 5.2.3: what is not known is ignored
    }
  }

  /** Whether the directive is about some fields only, which are then kept out of the cache. */
  private boolean fields(String argument) {
    String names = argument == null ? null : FieldValues.unquoted(argument);
    List<String> listed = names == null ? List.of() : FieldValues.members(names);
    if (listed.isEmpty()) {
      return false;
    }
    List<String> all = new java.util.ArrayList<>(withheld);
    listed.forEach(field -> all.add(field.toLowerCase(Locale.ROOT)));
    withheld = List.copyOf(all);
    return true;
  }

  private static long number(long before, String argument) {
    String digits = argument == null ? "" : argument;
    String unquoted = FieldValues.unquoted(digits);
    long seconds = FieldValues.seconds(unquoted == null ? digits : unquoted);
    if (seconds < 0 || (before != ABSENT && before != seconds)) {
      return INVALID; // section 4.2.1: contradictions make a response stale
    }
    return seconds;
  }

  boolean noStore() {
    return noStore;
  }

  /** Without fields: all of the response is to be validated before each use. */
  boolean noCache() {
    return noCache;
  }

  boolean noTransform() {
    return noTransform;
  }

  boolean onlyIfCached() {
    return onlyIfCached;
  }

  /** {@code public}. */
  boolean open() {
    return open;
  }

  /** {@code private}, without fields. */
  boolean closed() {
    return closed;
  }

  boolean mustRevalidate() {
    return mustRevalidate;
  }

  boolean proxyRevalidate() {
    return proxyRevalidate;
  }

  boolean mustUnderstand() {
    return mustUnderstand;
  }

  long maxAge() {
    return maxAge;
  }

  /** {@code s-maxage}. */
  long sharedMaxAge() {
    return sharedMaxAge;
  }

  long minFresh() {
    return minFresh;
  }

  long maxStale() {
    return maxStale;
  }

  long staleWhileRevalidate() {
    return staleWhileRevalidate;
  }

  long staleIfError() {
    return staleIfError;
  }

  /** Fields, in lower case, that {@code private="..."} and {@code no-cache="..."} name. */
  List<String> withheld() {
    return withheld;
  }
}
