/**
 * W3C Trace Context (https://www.w3.org/TR/trace-context/): taken from the client or begun at the
 * edge, carried in every call's envelope over the bus, written with the outbox row, and sent along
 * to Kafka. Each hop is a new span of the same trace; log lines name the trace.
 */
package dev.sluice.platform.trace;
