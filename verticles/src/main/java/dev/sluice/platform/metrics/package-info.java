/**
 * What a node counts. {@link dev.sluice.platform.metrics.Metrics} holds the one Prometheus registry
 * and lets Vert.x report its bus and pools, and the JVM itself, into it. HTTP has meters of its
 * own, {@link dev.sluice.platform.metrics.HttpMeters}, resolved once a route: the ones of
 * vertx-micrometer look up labels on every request, which costs about ten times as much. Everything
 * else registers with {@code Metrics.registry()} directly. Labels come from closed sets only: route
 * templates, methods, status codes, names in the code.
 */
package dev.sluice.platform.metrics;
