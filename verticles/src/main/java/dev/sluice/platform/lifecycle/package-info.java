/**
 * Starting and stopping a node in order: what a node is told to be, what its rooms stand on, and
 * the drain that {@code vertx.close()} alone does not do.
 */
package dev.sluice.platform.lifecycle;
