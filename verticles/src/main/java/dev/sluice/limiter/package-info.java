/**
 * The rate limiter every front uses. {@link dev.sluice.limiter.Limiter} is the interface the fronts
 * know; behind it stands a token bucket a client and policy in Redis, changed by one script on
 * Redis's own clock. While Redis is away a policy says what happens: counting on this node alone,
 * letting all through, or refusing.
 */
package dev.sluice.limiter;
