package dev.sluice.edge.cache;

import dev.sluice.edge.http.ByteRange;
import dev.sluice.edge.http.Conditions;
import dev.sluice.edge.http.Fields;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A stored response as it answers one request: whole, a part of it (206), none of it (304, 416), or
 * its head.
 */
public final class Answer {
  /** Fields about a body, which an answer without one does not have: RFC 9110 section 15.4.5. */
  private static final Set<String> OF_THE_BODY =
      Set.of(
          "content-type",
          "content-encoding",
          "content-language",
          "content-range",
          "content-disposition",
          "last-modified");

  private final StoredResponse stored;
  private final int status;
  private final ByteRange range;
  private final boolean head;
  private final long age;
  private final String cacheStatus;

  private Answer(
      StoredResponse stored, int status, ByteRange range, boolean head, long age, String said) {
    this.stored = stored;
    this.status = status;
    this.range = range;
    this.head = head;
    this.age = age;
    this.cacheStatus = said;
  }

  /** To a request without a Range that is to be left to the origin. */
  static Answer to(CacheRequest request, StoredResponse stored, long now, String said) {
    boolean head = HttpMethod.HEAD.equals(request.method());
    long age = stored.age(now) / 1000;
    if (stored.status() != 200) {
      return new Answer(stored, stored.status(), null, head, age, said); // RFC 9110 section 13.2.1
    }
    Conditions asked = Conditions.forCache(head, request.headers());
    String tag = stored.etag();
    String modified = stored.lastModified();
    String date = stored.date();
    if (asked.check(tag, modified, date, now) == Conditions.Outcome.NOT_MODIFIED) {
      return new Answer(stored, 304, null, head, age, said);
    }
    ByteRange range = asked.rangeOfStored(tag, modified, date, stored.body().length(), now);
    if (range == null) {
      return new Answer(stored, 200, null, head, age, said);
    }
    return new Answer(stored, range.isNowhere() ? 416 : 206, range, false, age, said);
  }

  public int status() {
    return status;
  }

  /** Adds all fields of the answer, Age, Content-Length and Cache-Status among them. */
  public void writeHead(MultiMap into) {
    boolean bodiless = status == 304 || status == 416;
    List<String> fields = stored.head();
    for (int i = 0; i < fields.size(); i += 2) {
      if (!bodiless || !isOfTheBody(fields.get(i))) {
        into.add(fields.get(i), fields.get(i + 1));
      }
    }
    into.set(HttpHeaders.AGE, Long.toString(age));
    into.add(Fields.CACHE_STATUS, cacheStatus);
    int length = stored.body().length();
    if (status == 206) {
      into.set(HttpHeaders.CONTENT_RANGE, range.of(length));
      into.set(HttpHeaders.CONTENT_LENGTH, Long.toString(range.length()));
    } else if (status == 416) {
      into.set(HttpHeaders.CONTENT_RANGE, "bytes */" + length);
      into.set(HttpHeaders.CONTENT_LENGTH, "0");
    } else if (status != 304 && status != 204) {
      into.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(length));
    }
  }

  /**
   * What follows the head; null when nothing does. All event loops send the same buffer: it must
   * not be written to.
   */
  public Buffer body() {
    if (head || status == 304 || status == 416 || stored.body().length() == 0) {
      return null;
    }
    if (range == null) {
      return stored.body();
    }
    int first = (int) range.first();
    return stored.body().slice(first, first + (int) range.length());
  }

  private boolean isOfTheBody(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    // Without an ETag the date is what the client compares next time.
    return OF_THE_BODY.contains(lower)
        && !(status == 304 && lower.equals("last-modified") && stored.etag() == null);
  }
}
