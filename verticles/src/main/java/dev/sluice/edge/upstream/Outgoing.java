package dev.sluice.edge.upstream;

import io.vertx.core.http.HttpClientRequest;

/**
 * A request that has a connection and is not sent yet.
 *
 * @param reused whether the connection had requests before this one
 */
public record Outgoing(HttpClientRequest request, boolean reused) {}
