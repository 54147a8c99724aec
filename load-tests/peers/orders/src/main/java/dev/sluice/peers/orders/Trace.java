package dev.sluice.peers.orders;

import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** What ties an event to the request that caused it: given by the client, or made here. */
record Trace(String correlationId, String traceparent) {

  static Trace of(String correlationId, String traceparent) {
    return new Trace(
        correlationId == null ? UUID.randomUUID().toString() : correlationId,
        traceparent == null ? made() : traceparent);
  }

  /** As W3C Trace Context has it, not sampled. */
  private static String made() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    HexFormat hex = HexFormat.of();
    return "00-"
        + hex.toHexDigits(random.nextLong())
        + hex.toHexDigits(random.nextLong())
        + "-"
        + hex.toHexDigits(random.nextLong())
        + "-00";
  }
}
