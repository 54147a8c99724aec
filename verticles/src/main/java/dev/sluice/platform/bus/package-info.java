/**
 * The typed bus: ask a contract, get its answer. Local first, always with a deadline, repeated only
 * where repeating is safe, and failing in categories. It is a fast path and not a store: what must
 * not be lost goes through PostgreSQL and the outbox.
 */
package dev.sluice.platform.bus;
