/**
 * The rate limiter every front uses. {@link dev.sluice.limiter.Limiters} is what the fronts know.
 *
 * <p>Behind it is lease and debt: a bucket a client and policy in Redis ({@code ledger.lua}, with
 * {@link dev.sluice.limiter.Bucket} as its twin), and what a node holds of it ({@link
 * dev.sluice.limiter.Holding}). {@link dev.sluice.limiter.LeaseProtocol} and all it uses are pure:
 * they are told the time, and say what to send. {@link dev.sluice.limiter.NodeLimiters} carries
 * that to Redis. docs/rate-limiting.md has the design, the bound and the proof.
 *
 * <p>Beside it: what was decided ({@link dev.sluice.limiter.DecisionLog}), how exact that was
 * ({@link dev.sluice.limiter.Auditor}), and what operators ask ({@link
 * dev.sluice.limiter.LimitsRoom}).
 */
package dev.sluice.limiter;
