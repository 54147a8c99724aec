/**
 * The gateway's shared HTTP cache, RFC 9111. What may be stored, how long it is fresh and what may
 * be answered with it is decided by classes that know no socket and are told the time ({@code
 * Storable}, {@code Freshness}, {@code Reuse}); {@link dev.sluice.edge.cache.SharedCache} keeps
 * responses in memory, bounded in bytes, for all event loops of a node, and {@link
 * dev.sluice.edge.cache.RedisStore} for all nodes. A route that caches has an {@link
 * dev.sluice.edge.cache.HttpCache} on each event loop; a route that does not never comes here.
 */
package dev.sluice.edge.cache;
