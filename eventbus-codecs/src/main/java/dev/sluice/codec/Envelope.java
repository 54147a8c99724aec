package dev.sluice.codec;

import java.time.Duration;
import java.util.Objects;

/**
 * What travels around every call. On one node it goes by reference; between nodes the caller is
 * sealed and the deadline is sent as the time left, so that clocks need not agree.
 *
 * @param deadline nanoseconds on this JVM's {@code System.nanoTime()} scale
 * @param correlationId as the client sent or the edge made it, at most 128 characters
 * @param traceparent W3C trace context, {@code 00-<trace>-<span>-<flags>}
 * @param idempotencyKey as the client sent it, or null
 */
public record Envelope(
    Caller caller, long deadline, String correlationId, String traceparent, String idempotencyKey) {
  public Envelope {
    Objects.requireNonNull(caller, "caller");
    Objects.requireNonNull(correlationId, "correlationId");
    Objects.requireNonNull(traceparent, "traceparent");
  }

  /** Time left at {@code nanos}; zero or less when it is over. */
  public Duration left(long nanos) {
    return Duration.ofNanos(deadline - nanos);
  }

  public Envelope as(Caller other) {
    return new Envelope(other, deadline, correlationId, traceparent, idempotencyKey);
  }

  public Envelope with(String newTraceparent) {
    return new Envelope(caller, deadline, correlationId, newTraceparent, idempotencyKey);
  }
}
