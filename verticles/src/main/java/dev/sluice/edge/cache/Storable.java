package dev.sluice.edge.cache;

import dev.sluice.edge.http.FieldValues;
import dev.sluice.edge.http.HttpDate;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Whether a response may be kept, and what of it: RFC 9111 section 3. Stricter than that in three
 * things: partial responses are not kept, nor those that set a cookie and are not {@code public},
 * nor those that could never be used.
 */
final class Storable {
  private static final int MOST_TAGS = 64;
  private static final int LONGEST_TAG = 256;

  /** Final statuses with meanings known here, for must-understand. */
  private static final Set<Integer> UNDERSTOOD =
      Set.of(
          200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405,
          406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426, 428, 429, 431,
          451, 500, 501, 502, 503, 504, 505, 511);

  /** Fields for one connection (section 3.1), and those the cache writes itself. */
  private static final Set<String> NOT_KEPT =
      Set.of(
          "connection",
          "proxy-connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authentication-info",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "age",
          "content-length");

  private static final Buffer NO_BODY = Buffer.buffer();

  private Storable() {}

  /**
   * The response as it would be kept, without its body; null if it must not be.
   *
   * @param requested when the request was sent, in milliseconds
   * @param received when the head of its response came
   */
  static StoredResponse head(
      CacheConfig config,
      CacheRequest request,
      int status,
      MultiMap headers,
      long requested,
      long received) {
    CacheControl control = CacheControl.parse(FieldValues.combined(headers, "Cache-Control"));
    if (!HttpMethod.GET.equals(request.method()) || !mayBeKept(config, request, status, control)) {
      return null;
    }
    if (headers.contains("Set-Cookie") && !control.open()) {
      return null;
    }
    long lifetime = Freshness.lifetime(config, status, control, headers, received);
    if (lifetime == Freshness.UNKNOWN) {
      return null;
    }
    List<String> tags = tags(headers, config.tagHeader());
    if (tags == null) {
      return null; // it could not be purged by all of them
    }
    StoredResponse kept =
        build(config, status, headers, control, lifetime, tags, requested, received);
    boolean ofUse =
        kept.hasValidator()
            || (kept.remaining(received) + kept.staleWhileRevalidate() + kept.staleIfError() > 0
                && !kept.validateAlways());
    return ofUse ? kept : null;
  }

  private static boolean mayBeKept(
      CacheConfig config, CacheRequest request, int status, CacheControl control) {
    if (status < 200 || status == 206 || status == 304 || status > 599) {
      return false;
    }
    boolean understood = UNDERSTOOD.contains(status);
    if (control.mustUnderstand() && !understood) {
      return false;
    }
    if (control.noStore() && !control.mustUnderstand()) {
      return false;
    }
    if (control.closed()) {
      return false;
    }
    return (config.perClient() && request.caller() != null)
        || !request.authorized()
        || control.open()
        || control.mustRevalidate()
        || control.sharedMaxAge() >= 0;
  }

  private static StoredResponse build(
      CacheConfig config,
      int status,
      MultiMap headers,
      CacheControl control,
      long lifetime,
      List<String> tags,
      long requested,
      long received) {
    boolean override = config.overrideOrigin();
    boolean strict =
        !override && (control.noCache() || control.mustRevalidate() || control.proxyRevalidate());
    // s-maxage alone forbids stale use (section 5.2.2.10), unless the origin itself says how long.
    boolean staleAllowed = !strict && (override || control.sharedMaxAge() == CacheControl.ABSENT);
    return new StoredResponse(
        status,
        fields(headers, control, received),
        NO_BODY,
        Freshness.initialAge(headers, requested, received),
        received,
        lifetime,
        control.noCache() && !override,
        staleAllowed,
        window(control.staleWhileRevalidate(), strict, staleAllowed, config.staleWhileRevalidate()),
        window(control.staleIfError(), strict, staleAllowed, config.staleIfError()),
        headers.get("ETag"),
        headers.get("Last-Modified"),
        headers.get("Date"),
        tags);
  }

  private static long window(
      long said, boolean strict, boolean staleAllowed, java.time.Duration otherwise) {
    if (strict || said == CacheControl.INVALID) {
      return 0;
    }
    if (said >= 0) {
      return said * 1000;
    }
    return staleAllowed ? otherwise.toMillis() : 0;
  }

  private static List<String> fields(MultiMap headers, CacheControl control, long received) {
    Set<String> dropped = new HashSet<>(control.withheld());
    for (String line : headers.getAll("Connection")) {
      for (String name : FieldValues.members(line)) {
        dropped.add(name.toLowerCase(Locale.ROOT));
      }
    }
    List<String> head = new ArrayList<>(2 * headers.size());
    for (Map.Entry<String, String> field : headers) {
      String name = field.getKey().toLowerCase(Locale.ROOT);
      if (!NOT_KEPT.contains(name) && !dropped.contains(name)) {
        head.add(field.getKey());
        head.add(field.getValue());
      }
    }
    if (!headers.contains("Date")) { // RFC 9110 section 6.6.1: when it came
      head.add("Date");
      head.add(HttpDate.text(received));
    }
    return List.copyOf(head);
  }

  /** Each once; null when they are more or longer than an index should have. */
  private static List<String> tags(MultiMap headers, String field) {
    String value = FieldValues.combined(headers, field);
    if (value == null) {
      return List.of();
    }
    Set<String> tags = new HashSet<>();
    for (String tag : value.split("[ ,\t]+", -1)) {
      if (tag.length() > LONGEST_TAG || tags.size() > MOST_TAGS) {
        return null;
      }
      if (!tag.isEmpty()) {
        tags.add(tag);
      }
    }
    return tags.size() > MOST_TAGS ? null : List.copyOf(tags);
  }
}
