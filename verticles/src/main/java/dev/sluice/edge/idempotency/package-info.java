/**
 * Requests with an {@code Idempotency-Key}: who came first, and what was answered. It is kept in
 * Redis, so that all nodes know it; a claim has a time limit and a token, so that a node that died
 * blocks a key for a while only, and one that was slow changes nothing any more.
 */
package dev.sluice.edge.idempotency;
