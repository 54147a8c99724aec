package dev.sluice.edge.http;

import io.vertx.core.http.HttpHeaders;

/** Names of fields that Vert.x has no constants for, hashed once. */
public final class Fields {
  public static final CharSequence CACHE_STATUS = HttpHeaders.createOptimized("Cache-Status");
  public static final CharSequence IF_MATCH = HttpHeaders.createOptimized("If-Match");
  public static final CharSequence IF_RANGE = HttpHeaders.createOptimized("If-Range");
  public static final CharSequence IF_UNMODIFIED_SINCE =
      HttpHeaders.createOptimized("If-Unmodified-Since");
  public static final CharSequence PRAGMA = HttpHeaders.createOptimized("Pragma");
  public static final CharSequence RANGE = HttpHeaders.createOptimized("Range");

  private Fields() {}
}
