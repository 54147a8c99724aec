/**
 * What others announce as changed is forgotten by the gateways' response caches. The room hears the
 * topic {@code cache} as the consumer group {@code cache}, and asks an edge to purge; it owns
 * nothing and serves nothing. A record it cannot make sense of is logged, counted and passed over;
 * while no edge answers, events wait on Kafka.
 */
package dev.sluice.cache;
