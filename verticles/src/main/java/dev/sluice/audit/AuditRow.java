package dev.sluice.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.platform.kafka.ReceivedEvent;
import dev.sluice.platform.trace.TraceContext;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * One line of the log, in a form the table takes for certain: were there one it refused, the
 * consumer would offer it for ever and never get past it.
 *
 * @param userId who did it, or null
 * @param resource such as {@code order:0190f3c2-...}, or null
 */
record AuditRow(
    UUID eventId,
    UUID userId,
    String action,
    String resource,
    Instant timestamp,
    Map<String, String> metadata) {

  /** Fields worth keeping; a list and not everything, because events may hold what is personal. */
  private static final List<String> KEPT =
      List.of("status", "total", "amount", "version", "reason", "comment", "tier");

  private static final Pattern ACTION = Pattern.compile("[a-z][a-z0-9_.]{0,99}");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,200}");

  /** What a text of PostgreSQL cannot hold: NUL, and halves of surrogate pairs. */
  private static final Pattern UNWRITABLE = Pattern.compile("[\\x00\\p{Cs}]");

  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
  private static final int LONGEST_TEXT = 200;

  /** Empty for an event that is none of ours: no name of ours, or a time that cannot be. */
  static Optional<AuditRow> of(ReceivedEvent event) {
    String action = event.eventType();
    Instant at = event.timestamp();
    if (!ACTION.matcher(action).matches() || at.isBefore(EARLIEST) || at.isAfter(LATEST)) {
      return Optional.empty();
    }
    return Optional.of(
        new AuditRow(event.eventId(), userId(event), action, resource(event), at, metadata(event)));
  }

  /** Who asked for it as its room says, or whose thing it is when the room says nothing. */
  private static UUID userId(ReceivedEvent event) {
    String by = event.headers().get("userId");
    try {
      return UUID.fromString(by == null ? event.data().path("userId").asText() : by);
    } catch (IllegalArgumentException nobody) {
      return null;
    }
  }

  /**
   * {@code order.*} is about the {@code orderId} in its data; {@code auth.*} is about a user; of
   * the routes there is one table.
   */
  private static String resource(ReceivedEvent event) {
    int dot = event.eventType().indexOf('.');
    String room = dot < 0 ? event.eventType() : event.eventType().substring(0, dot);
    if (room.equals("routes")) {
      return "routes:table";
    }
    String kind = room.equals("auth") ? "user" : room;
    String id = event.data().path(kind + "Id").asText();
    return ID.matcher(id).matches() && kind.length() <= 40 ? kind + ":" + id : null;
  }

  private static Map<String, String> metadata(ReceivedEvent event) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("eventId", event.eventId().toString());
    put(metadata, "correlationId", event.headers().get("correlationId"));
    String traceparent = event.headers().get("traceparent");
    if (TraceContext.valid(traceparent)) {
      metadata.put("traceId", TraceContext.traceId(traceparent));
    }
    for (String field : KEPT) {
      put(metadata, field, text(event.data().path(field)));
    }
    return metadata;
  }

  /** A number or text as it is, money as {@code 99.99 EUR}, null for anything else. */
  private static String text(JsonNode value) {
    if (value.path("amount").isTextual() && value.path("currency").isTextual()) {
      return value.path("amount").asText() + " " + value.path("currency").asText();
    }
    return value.isValueNode() && !value.isNull() ? value.asText() : null;
  }

  private static void put(Map<String, String> metadata, String key, String value) {
    if (value != null) {
      String shortened = value.length() > LONGEST_TEXT ? value.substring(0, LONGEST_TEXT) : value;
      metadata.put(key, UNWRITABLE.matcher(shortened).replaceAll("\uFFFD"));
    }
  }
}
