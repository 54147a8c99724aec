package dev.sluice.edge.files;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;

/**
 * What a request says about the form of a file that its client has or wants (RFC 9110, sections 13
 * and 14), taken from its headers.
 *
 * @param head whether only the headers are wanted
 */
record Conditions(
    boolean head,
    String ifMatch,
    String ifNoneMatch,
    String ifModifiedSince,
    String ifUnmodifiedSince,
    String ifRange,
    String range) {

  /** What becomes of the request. */
  enum Outcome {
    SEND,
    NOT_MODIFIED,
    FAILED
  }

  static Conditions of(boolean head, MultiMap headers) {
    return new Conditions(
        head,
        joined(headers, HttpHeaders.IF_MATCH),
        joined(headers, HttpHeaders.IF_NONE_MATCH),
        headers.get(HttpHeaders.IF_MODIFIED_SINCE),
        headers.get("If-Unmodified-Since"),
        headers.get("If-Range"),
        head ? null : headers.get("Range"));
  }

  /**
   * In the order of RFC 9110, section 13.2.2.
   *
   * @param tag strong, with its quotes
   */
  Outcome check(String tag, Instant modified) {
    if (ifMatch != null) {
      if (!matches(ifMatch, tag, false)) {
        return Outcome.FAILED;
      }
    } else if (ifUnmodifiedSince != null) {
      Instant since = HttpDates.read(ifUnmodifiedSince);
      if (since != null && modified.isAfter(since)) {
        return Outcome.FAILED;
      }
    }
    if (ifNoneMatch != null) {
      return matches(ifNoneMatch, tag, true) ? Outcome.NOT_MODIFIED : Outcome.SEND;
    }
    Instant since = ifModifiedSince == null ? null : HttpDates.read(ifModifiedSince);
    return since != null && !modified.isAfter(since) ? Outcome.NOT_MODIFIED : Outcome.SEND;
  }

  /**
   * The part to send; null for all.
   *
   * @param modified in whole seconds
   */
  ByteRange range(String tag, Instant modified, long size, Instant now) {
    return range == null || !sameAsBefore(tag, modified, now) ? null : ByteRange.of(range, size);
  }

  /** Whether the client's parts are of this very form. A date says so only if it is old enough. */
  private boolean sameAsBefore(String tag, Instant modified, Instant now) {
    if (ifRange == null) {
      return true;
    }
    if (ifRange.startsWith("\"") || ifRange.startsWith("W/")) {
      return ifRange.equals(tag);
    }
    return modified.equals(HttpDates.read(ifRange))
        && Duration.between(modified, now).compareTo(Duration.ofSeconds(1)) > 0;
  }

  /** Whether a list of entity tags has this one. */
  private static boolean matches(String list, String tag, boolean weakly) {
    if (list.strip().equals("*")) {
      return true;
    }
    // Ours has neither commas nor quotes in it, so no other tag can look like it.
    for (String element : list.split(",", -1)) {
      String other = element.strip();
      if (other.equals(tag)
          || (weakly && other.startsWith("W/") && other.substring(2).equals(tag))) {
        return true;
      }
    }
    return false;
  }

  private static String joined(MultiMap headers, CharSequence name) {
    return headers.contains(name) ? String.join(",", headers.getAll(name)) : null;
  }
}
