package dev.sluice.peers.orders;

import com.github.f4b6a3.uuid.UuidCreator;
import io.r2dbc.postgresql.codec.Json;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Events in the transaction that makes them true, with a notification to the relay each half second
 * as in Sluice.
 */
@Repository
class Outbox {
  private static final String TOPIC = "orders";
  private static final String CREATED = "order.created";
  private static final long NOTIFY_EVERY_MILLIS = 500;

  private static final String APPEND =
      """
      INSERT INTO outbox (event_id, topic, key, payload, headers, created_at)
      VALUES ($1, $2, $3, $4, $5, $6)
      """;

  private static final String APPEND_AND_WAKE =
      """
      WITH appended AS (
        INSERT INTO outbox (event_id, topic, key, payload, headers, created_at)
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING seq)
      SELECT pg_notify('outbox_' || current_schema(), '') FROM appended
      """;

  private final DatabaseClient database;
  private final JsonMapper json;
  private final InstantSource clock;
  private final AtomicLong notifiedAt = new AtomicLong();

  Outbox(DatabaseClient database, JsonMapper json, InstantSource clock) {
    this.database = database;
    this.json = json;
    this.clock = clock;
  }

  Mono<Void> created(Order order, Trace trace) {
    return Mono.defer(
        () -> {
          UUID id = UuidCreator.getTimeOrderedEpoch();
          Instant now = clock.instant();
          return database
              .sql(mayNotify(now) ? APPEND_AND_WAKE : APPEND)
              .bind(0, id)
              .bind(1, TOPIC)
              .bind(2, order.id().toString())
              .bind(3, json.writeValueAsBytes(envelope(id, now, order)))
              .bind(4, Json.of(json.writeValueAsBytes(headers(id, order, trace))))
              .bind(5, now.atOffset(ZoneOffset.UTC))
              .then();
        });
  }

  private static Map<String, Object> envelope(UUID id, Instant at, Order order) {
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("eventType", CREATED);
    envelope.put("eventId", id.toString());
    envelope.put("timestamp", at.toString());
    envelope.put("category", "domain");
    envelope.put("data", new Order.Created(order.id(), order.userId(), order.total()));
    return envelope;
  }

  private static Map<String, String> headers(UUID id, Order order, Trace trace) {
    return Map.of(
        "correlationId", trace.correlationId(),
        "traceparent", trace.traceparent(),
        "userId", order.userId().toString(),
        "eventId", id.toString(),
        "eventType", CREATED);
  }

  private boolean mayNotify(Instant now) {
    long at = now.toEpochMilli();
    long last = notifiedAt.get();
    return Math.abs(at - last) >= NOTIFY_EVERY_MILLIS && notifiedAt.compareAndSet(last, at);
  }
}
