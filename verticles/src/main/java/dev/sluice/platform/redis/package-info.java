/**
 * Redis as the hot path needs it: one connection an event loop, on which commands are pipelined by
 * nature, that reconnects by itself and gives up early while the server is away. The pool of the
 * client library does neither: its pooled calls do not share a connection, and a held connection
 * does not come back.
 */
package dev.sluice.platform.redis;
