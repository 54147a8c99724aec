package dev.sluice.platform.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.sluice.codec.ContractJson;
import dev.sluice.codec.Envelope;
import dev.sluice.codec.Names;
import dev.sluice.contract.Event;
import dev.sluice.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Announces events in the transaction that makes them true. The caller holds the lock on the row of
 * the aggregate (it has just inserted or updated it), and that is what the order of events rests
 * on; see {@link OutboxRelay}.
 *
 * <p>The relay is woken by a notification, but not by each: a commit that notifies takes a lock of
 * the whole server, so a busy room would queue its commits behind each other. A relay that has
 * found work keeps looking for a second ({@link RelayMachine}), so one notification each half
 * second is enough.
 */
public final class Outbox {

  /** Of the whole envelope; below the megabyte that brokers and clients take by default. */
  public static final int MAX_BYTES = 900 * 1024;

  private static final Duration NOTIFY_EVERY = Duration.ofMillis(500);

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

  private final InstantSource clock;
  private final Set<String> topics;
  private final AtomicLong notifiedAt = new AtomicLong(Long.MIN_VALUE);

  /**
   * @param topics the only ones that may be written to: a misspelt one must fail in the first test,
   *     not hold up the relay
   */
  public Outbox(InstantSource clock, Set<String> topics) {
    this.clock = clock;
    this.topics = Set.copyOf(topics);
  }

  /**
   * Announces a domain event.
   *
   * @param key the id of the aggregate; events of one key keep their order
   * @param headers go out as they are, beside eventId and eventType; see {@link #headers}
   * @return the id of the event; or INTERNAL for an unknown topic, TOO_LARGE above {@link
   *     #MAX_BYTES}, or the failure of the statement, after which the transaction can only be
   *     rolled back
   */
  public Future<UUID> append(
      SqlConnection tx, Event event, String topic, String key, Map<String, String> headers) {
    return append(tx, event, Category.DOMAIN, topic, key, headers);
  }

  /** Announces an event of any category; otherwise the same. */
  public Future<UUID> append(
      SqlConnection tx,
      Event event,
      Category category,
      String topic,
      String key,
      Map<String, String> headers) {
    if (!topics.contains(topic)) {
      return Future.failedFuture(Problem.INTERNAL.because("there is no topic '" + topic + "'"));
    }
    UUID id = UuidCreator.getTimeOrderedEpoch();
    Instant now = clock.instant();
    String type = Names.of(event.getClass());
    byte[] payload;
    try {
      payload = envelope(id, type, now, category, event);
    } catch (JsonProcessingException e) {
      return Future.failedFuture(e);
    }
    if (payload.length > MAX_BYTES) {
      return Future.failedFuture(
          Problem.TOO_LARGE.because(
              "the event " + type + " has " + payload.length + " bytes, at most " + MAX_BYTES));
    }
    JsonObject all = new JsonObject();
    headers.forEach(all::put);
    all.put("eventId", id.toString()).put("eventType", type);
    Tuple row =
        Tuple.of(
            id,
            topic,
            key,
            Buffer.buffer(payload),
            all,
            OffsetDateTime.ofInstant(now, ZoneOffset.UTC));
    return tx.preparedQuery(mayNotify(now) ? APPEND_AND_WAKE : APPEND).execute(row).map(id);
  }

  /** The headers that let a trace go on behind Kafka: correlationId and traceparent of a call. */
  public static Map<String, String> headers(Envelope call) {
    return Map.of("correlationId", call.correlationId(), "traceparent", call.traceparent());
  }

  private boolean mayNotify(Instant now) {
    long at = now.toEpochMilli();
    long last = notifiedAt.get();
    boolean due = last == Long.MIN_VALUE || Math.abs(at - last) >= NOTIFY_EVERY.toMillis();
    return due && notifiedAt.compareAndSet(last, at);
  }

  private static byte[] envelope(UUID id, String type, Instant at, Category category, Event event)
      throws JsonProcessingException {
    ObjectNode envelope = ContractJson.tolerant().createObjectNode();
    envelope.put("eventType", type);
    envelope.put("eventId", id.toString());
    envelope.put("timestamp", at.toString());
    envelope.put("category", category.wireName());
    envelope.set("data", ContractJson.tolerant().valueToTree(event));
    return ContractJson.tolerant().writeValueAsBytes(envelope);
  }
}
