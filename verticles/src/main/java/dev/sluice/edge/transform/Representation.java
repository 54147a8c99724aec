package dev.sluice.edge.transform;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/** What headers say of the bytes of a body. */
final class Representation {
  private static final CharSequence CONTENT_MD5 = HttpHeaders.createOptimized("Content-MD5");
  private static final CharSequence DIGEST = HttpHeaders.createOptimized("Digest");
  private static final CharSequence CONTENT_DIGEST = HttpHeaders.createOptimized("Content-Digest");
  private static final CharSequence REPR_DIGEST = HttpHeaders.createOptimized("Repr-Digest");

  private Representation() {}

  /**
   * The bytes are not the upstream's any more: sums over them are wrong, parts of them cannot be
   * had, and its strong validator becomes a weak one (RFC 9110, section 8.8.1).
   */
  static void altered(MultiMap headers) {
    headers.remove(HttpHeaders.ACCEPT_RANGES);
    headers.remove(CONTENT_MD5);
    headers.remove(DIGEST);
    headers.remove(CONTENT_DIGEST);
    headers.remove(REPR_DIGEST);
    weaken(headers);
  }

  static void weaken(MultiMap headers) {
    String tag = headers.get(HttpHeaders.ETAG);
    if (tag != null && tag.startsWith("\"")) {
      headers.set(HttpHeaders.ETAG, "W/" + tag);
    }
  }
}
