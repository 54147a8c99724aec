/**
 * {@code POST /api/v1/orders} and {@code GET /api/v1/orders/{orderId}} as somebody would write them
 * with Spring WebFlux, Spring Security and R2DBC: the same contract, tables and statements as the
 * order room of Sluice. An access token signed with RS256 is checked, and remembered for a minute;
 * a permission each way; the order, its lines and its event are written in one transaction, once
 * for each Idempotency-Key.
 *
 * <p>What Sluice does beside that is missing here, to the advantage of this side: sessions that
 * were ended are not known, nothing is limited, counted, timed or logged, and the events stay in
 * the outbox, nobody sends them to Kafka.
 */
package dev.sluice.peers.orders;
