package dev.sluice.edge.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/**
 * What a request says about the form of a thing that its client has or wants (RFC 9110, sections 13
 * and 14), taken from its headers. Times are milliseconds since 1970.
 *
 * @param head whether only the headers are wanted
 * @param range null for all of it
 */
public record Conditions(
    boolean head,
    String ifMatch,
    String ifUnmodifiedSince,
    String ifNoneMatch,
    String ifModifiedSince,
    String range,
    String ifRange) {

  private static final Conditions NONE = new Conditions(false, null, null, null, null, null, null);
  private static final Conditions NONE_OF_HEAD =
      new Conditions(true, null, null, null, null, null, null);
  private static final long SECOND = 1000;

  /** What becomes of the request. */
  public enum Outcome {
    SEND,
    NOT_MODIFIED,
    FAILED
  }

  /** All that an origin looks at. */
  public static Conditions of(boolean head, MultiMap headers) {
    return new Conditions(
        head,
        combined(headers, HttpHeaders.IF_MATCH),
        headers.get(Fields.IF_UNMODIFIED_SINCE),
        combined(headers, HttpHeaders.IF_NONE_MATCH),
        headers.get(HttpHeaders.IF_MODIFIED_SINCE),
        head ? null : headers.get(Fields.RANGE),
        headers.get(Fields.IF_RANGE));
  }

  /** Without what only an origin can judge (RFC 9111, section 4.3.2), of which there is none. */
  public static Conditions forCache(boolean head, MultiMap headers) {
    String noneMatch = combined(headers, HttpHeaders.IF_NONE_MATCH);
    String modifiedSince = headers.get(HttpHeaders.IF_MODIFIED_SINCE);
    String range = head ? null : headers.get(Fields.RANGE);
    if (noneMatch == null && modifiedSince == null && range == null) {
      return head ? NONE_OF_HEAD : NONE;
    }
    String ifRange = range == null ? null : headers.get(Fields.IF_RANGE);
    return new Conditions(head, null, null, noneMatch, modifiedSince, range, ifRange);
  }

  /** Whether the answer may be that the client has it already. */
  public static boolean mayHaveIt(MultiMap headers) {
    return headers.contains(HttpHeaders.IF_NONE_MATCH)
        || headers.contains(HttpHeaders.IF_MODIFIED_SINCE);
  }

  private static String combined(MultiMap headers, CharSequence name) {
    return headers.contains(name) ? FieldValues.combined(headers, name) : null;
  }

  /**
   * Of an origin's own form, in the order of section 13.2.2.
   *
   * @param tag null for none
   * @param modified as {@code Last-Modified} has it; null for none
   */
  public Outcome check(String tag, String modified, long now) {
    return check(tag, modified, null, now);
  }

  /**
   * Of a stored form.
   *
   * @param date as its {@code Date} has it, which stands in for {@code modified} where that cannot
   *     be read (RFC 9111, section 4.3.2); null for none
   */
  public Outcome check(String tag, String modified, String date, long now) {
    if (ifMatch != null) {
      if (!EntityTag.isIn(ifMatch, tag, false)) {
        return Outcome.FAILED;
      }
    } else if (ifUnmodifiedSince != null && isModifiedAfter(ifUnmodifiedSince, modified, now)) {
      return Outcome.FAILED;
    }
    boolean unchanged =
        ifNoneMatch == null
            ? ifModifiedSince != null && isUnmodified(ifModifiedSince, modified, date, now)
            : EntityTag.isIn(ifNoneMatch, tag, true);
    return unchanged ? Outcome.NOT_MODIFIED : Outcome.SEND;
  }

  private static boolean isModifiedAfter(String since, String modified, long now) {
    long asked = HttpDate.millis(since, now);
    return asked != HttpDate.NONE && HttpDate.millis(modified, now) > asked;
  }

  /** What is no date is no condition, even if it is what we said ourselves: section 13.1.3. */
  private static boolean isUnmodified(String since, String modified, String date, long now) {
    long asked = HttpDate.millis(since, now);
    if (asked == HttpDate.NONE || since.equals(modified)) {
      return asked != HttpDate.NONE;
    }
    long changed = HttpDate.millis(modified, now);
    long known = changed == HttpDate.NONE ? HttpDate.millis(date, now) : changed;
    return known != HttpDate.NONE && known <= asked;
  }

  /**
   * The part to send of an origin's own form; null for all. A date says which form it was only when
   * the second it names is over: section 8.8.2.2.
   */
  public ByteRange range(String tag, String modified, long size, long now) {
    boolean strong = isByDate() && now - HttpDate.millis(modified, now) > SECOND;
    return part(tag, modified, strong, size, now);
  }

  /**
   * The part to send of a stored form; null for all. A date says which form it was only when the
   * form was sent at least a second later: section 8.8.2.2.
   *
   * @param date as its {@code Date} has it; null for none
   */
  public ByteRange rangeOfStored(String tag, String modified, String date, long size, long now) {
    long sent = isByDate() ? HttpDate.millis(date, now) : HttpDate.NONE;
    boolean strong = sent != HttpDate.NONE && sent - HttpDate.millis(modified, now) >= SECOND;
    return part(tag, modified, strong, size, now);
  }

  private boolean isByDate() {
    return range != null
        && ifRange != null
        && !ifRange.startsWith("\"")
        && !EntityTag.isWeak(ifRange);
  }

  /** Only if the client's parts are of this very form: section 13.1.5. */
  private ByteRange part(String tag, String modified, boolean strong, long size, long now) {
    if (range == null || ifRange == null) {
      return ByteRange.of(range, size);
    }
    boolean same =
        isByDate() ? strong && isDate(modified, now) : EntityTag.sameStrongly(ifRange, tag);
    return same ? ByteRange.of(range, size) : null;
  }

  /** The same time; all three forms of a date must be understood. */
  private boolean isDate(String modified, long now) {
    long asked = HttpDate.millis(ifRange, now);
    return asked != HttpDate.NONE && asked == HttpDate.millis(modified, now);
  }
}
