package dev.sluice.edge.cache;

import io.vertx.core.http.HttpHeaders;

/** Names of fields that Vert.x has no constants for, hashed once. */
final class Fields {
  static final CharSequence CACHE_STATUS = HttpHeaders.createOptimized("Cache-Status");
  static final CharSequence IF_MATCH = HttpHeaders.createOptimized("If-Match");
  static final CharSequence IF_RANGE = HttpHeaders.createOptimized("If-Range");
  static final CharSequence IF_UNMODIFIED_SINCE =
      HttpHeaders.createOptimized("If-Unmodified-Since");
  static final CharSequence PRAGMA = HttpHeaders.createOptimized("Pragma");
  static final CharSequence RANGE = HttpHeaders.createOptimized("Range");

  private Fields() {}
}
