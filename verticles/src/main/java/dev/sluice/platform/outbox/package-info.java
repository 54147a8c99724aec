/**
 * What a room announces: written next to the change in one transaction, and carried to Kafka in
 * order by exactly one relay in the cluster. What was committed is published, what was rolled back
 * is not.
 */
package dev.sluice.platform.outbox;
