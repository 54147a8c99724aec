package dev.sluice.edge.cache;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;

/**
 * A request as the cache looks at it.
 *
 * @param scheme {@code http} or {@code https}, of the client's connection
 * @param host as the client sent it, with a port if it did
 * @param uri the raw path and query, as the client sent it
 * @param headers the client's; only read
 * @param caller who was authenticated at the gateway: the same text for the same caller, for ever;
 *     null for nobody
 */
public record CacheRequest(
    HttpMethod method, String scheme, String host, String uri, MultiMap headers, String caller) {

  /** Whether the answer may be meant for this caller alone: section 3.5. */
  boolean authorized() {
    return caller != null || headers.contains("Authorization") || headers.contains("X-API-Key");
  }
}
