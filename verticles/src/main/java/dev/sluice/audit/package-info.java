/**
 * Who did what, and when. The room writes down every event that other rooms announce on Kafka, each
 * once, and answers questions about them. It owns the schema {@code audit}; it hears the topics
 * {@code orders}, {@code users}, {@code payments}, {@code notifications} and {@code routes} as the
 * consumer group {@code audit}. A record it cannot make sense of is logged, counted and passed
 * over; while PostgreSQL is away events wait on Kafka.
 */
package dev.sluice.audit;
