/**
 * How a node logs. {@link dev.sluice.platform.log.Logging} sets up Logback from code out of the
 * {@code log} section: JSON lines for machines, plain lines on a terminal, both behind a bounded
 * queue that drops and counts rather than blocks an event loop. Code logs through SLF4J and adds
 * fields as key-value pairs; {@code correlationId} and {@code traceId} come as pairs too, or from
 * the MDC. Vert.x finds SLF4J by itself, JBoss Logging does the same, java.util.logging is bridged.
 */
package dev.sluice.platform.log;
