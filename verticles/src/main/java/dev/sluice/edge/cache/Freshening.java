package dev.sluice.edge.cache;

import dev.sluice.edge.http.EntityTag;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A stored response made fresh by a 304: RFC 9111 sections 3.2 and 4.3.4. */
final class Freshening {
  /** What says how the kept body is to be read stays with it. */
  private static final Set<String> OF_THE_BODY =
      Set.of("content-length", "content-encoding", "content-range", "transfer-encoding");

  private Freshening() {}

  /** Whether the 304 is about this response; if not, its body must not be used with it. */
  static boolean isAbout(StoredResponse stored, MultiMap headers) {
    String etag = headers.get("ETag");
    if (etag == null || stored.etag() == null) {
      return true; // we asked about this one, and it has nothing to tell it from another
    }
    return EntityTag.sameWeakly(etag, stored.etag());
  }

  /** All fields, those of the 304 in place of the stored ones. */
  static MultiMap merged(StoredResponse stored, MultiMap headers) {
    MultiMap merged = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < stored.head().size(); i += 2) {
      merged.add(stored.head().get(i), stored.head().get(i + 1));
    }
    for (String name : headers.names()) {
      if (!OF_THE_BODY.contains(name.toLowerCase(Locale.ROOT))) {
        merged.remove(name);
      }
    }
    for (Map.Entry<String, String> field : headers) {
      if (!OF_THE_BODY.contains(field.getKey().toLowerCase(Locale.ROOT))) {
        merged.add(field.getKey(), field.getValue());
      }
    }
    return merged;
  }

  /** The response as it is kept from now on; null if it must not be any longer. */
  static StoredResponse fresh(
      CacheConfig config,
      CacheRequest request,
      StoredResponse stored,
      MultiMap merged,
      long requested,
      long received) {
    CacheRequest get =
        new CacheRequest(
            HttpMethod.GET,
            request.scheme(),
            request.host(),
            request.uri(),
            request.headers(),
            request.caller());
    StoredResponse fresh = Storable.head(config, get, stored.status(), merged, requested, received);
    return fresh == null ? null : fresh.with(stored.body());
  }

  /** Whether the answer to a HEAD says that the stored response is another one: section 4.3.5. */
  static boolean contradicts(StoredResponse stored, int status, MultiMap headers) {
    if (status != stored.status()) {
      return status < 500;
    }
    String length = headers.get("Content-Length");
    return differs(headers.getAll("ETag"), stored.etag())
        || differs(headers.getAll("Last-Modified"), stored.lastModified())
        || (length != null && !length.equals(Integer.toString(stored.body().length())));
  }

  private static boolean differs(List<String> said, String stored) {
    return !said.isEmpty() && !said.get(0).equals(stored);
  }
}
