package dev.sluice.platform.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.codec.ContractJson;
import dev.sluice.contract.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * An event as it came from Kafka: the envelope, and where it was. It may come more than once;
 * {@code eventId} tells.
 *
 * @param eventType such as {@code order.created}
 * @param category {@code domain}, {@code system} or {@code integration}
 * @param data the event itself, see {@link #as}
 * @param key the id of the aggregate
 * @param headers among them {@code correlationId} and {@code traceparent} of the call it came from
 */
public record ReceivedEvent(
    UUID eventId,
    String eventType,
    Instant timestamp,
    String category,
    JsonNode data,
    String topic,
    int partition,
    long offset,
    String key,
    Map<String, String> headers) {

  /**
   * The event as its contract.
   *
   * @throws JsonProcessingException if the data is not of this type
   */
  public <T extends Event> T as(Class<T> type) throws JsonProcessingException {
    return ContractJson.tolerant().treeToValue(data, type);
  }

  /** Reads a record; empty when it is not an envelope, whoever wrote it. */
  static Optional<ReceivedEvent> of(ConsumerRecord<String, byte[]> read) {
    try {
      JsonNode envelope = ContractJson.tolerant().readTree(read.value());
      Map<String, String> headers = new HashMap<>();
      for (Header header : read.headers()) {
        if (header.value() != null) {
          headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
      }
      return Optional.of(
          new ReceivedEvent(
              UUID.fromString(envelope.required("eventId").asText()),
              envelope.required("eventType").asText(),
              Instant.parse(envelope.required("timestamp").asText()),
              envelope.path("category").asText("domain"),
              envelope.required("data"),
              read.topic(),
              read.partition(),
              read.offset(),
              read.key(),
              Map.copyOf(headers)));
    } catch (IOException | IllegalArgumentException | DateTimeException notAnEnvelope) {
      return Optional.empty();
    }
  }
}
