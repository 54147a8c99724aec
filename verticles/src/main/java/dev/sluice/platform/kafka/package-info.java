/**
 * Kafka for rooms: topics made at start, a producer that publishes whole batches or nothing, and a
 * consumer that commits what was handled and repeats what was not. A broker that is away costs time
 * and nothing else; no call waits for it without a bound.
 */
package dev.sluice.platform.kafka;
