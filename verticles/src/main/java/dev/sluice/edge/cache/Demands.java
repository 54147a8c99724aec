package dev.sluice.edge.cache;

import dev.sluice.edge.http.FieldValues;
import dev.sluice.edge.http.Fields;
import io.vertx.core.MultiMap;
import java.util.List;

/**
 * What a request asks of caches (RFC 9111 section 5.2.1).
 *
 * @param noCache also for {@code Pragma: no-cache} where there is no Cache-Control
 * @param maxAge in seconds; CacheControl.ABSENT when not asked
 */
record Demands(
    boolean noStore,
    boolean noCache,
    boolean onlyIfCached,
    long maxAge,
    long minFresh,
    long maxStale,
    long staleIfError) {

  static final Demands NONE =
      new Demands(
          false,
          false,
          false,
          CacheControl.ABSENT,
          CacheControl.ABSENT,
          CacheControl.ABSENT,
          CacheControl.ABSENT);

  private static final Demands PRAGMA =
      new Demands(
          false,
          true,
          false,
          CacheControl.ABSENT,
          CacheControl.ABSENT,
          CacheControl.ABSENT,
          CacheControl.ABSENT);

  static Demands of(MultiMap headers) {
    String field = FieldValues.combined(headers, "Cache-Control");
    if (field == null) {
      List<String> pragma = headers.getAll(Fields.PRAGMA);
      return !pragma.isEmpty()
              && String.join(",", pragma).toLowerCase(java.util.Locale.ROOT).contains("no-cache")
          ? PRAGMA
          : NONE;
    }
    CacheControl asked = CacheControl.parse(field);
    // A number nobody can read is taken for the strictest.
    boolean unclear =
        asked.maxAge() == CacheControl.INVALID || asked.minFresh() == CacheControl.INVALID;
    return new Demands(
        asked.noStore(),
        asked.noCache() || unclear,
        asked.onlyIfCached(),
        asked.maxAge(),
        asked.minFresh(),
        asked.maxStale(),
        asked.staleIfError());
  }

  /** Whether this request may be content with what another one, begun before, was answered. */
  boolean patient() {
    return !noCache && maxAge < 0 && minFresh < 0;
  }
}
