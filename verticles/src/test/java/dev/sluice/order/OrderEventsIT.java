package dev.sluice.order;

import static dev.sluice.TestGround.user;
import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.Servers;
import dev.sluice.TestGround;
import dev.sluice.codec.Caller;
import dev.sluice.codec.ContractJson;
import dev.sluice.codec.Envelope;
import dev.sluice.contract.Money;
import dev.sluice.contract.Order;
import dev.sluice.contract.Order.Status;
import dev.sluice.platform.kafka.TopicReader;
import dev.sluice.platform.kafka.Topics;
import dev.sluice.platform.trace.TraceContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Servers.Extension.class)
class OrderEventsIT {
  private static final Order.Create TEA =
      new Order.Create(List.of(new Order.Line("TEA-1", 3, new Money(3333, "EUR"))));
  private static final Duration ARRIVES = Duration.ofSeconds(20);

  private final Caller ada = user(UUID.randomUUID(), "write:orders");
  private final Caller clerk = user(UUID.randomUUID(), "write:orders", "admin:orders");

  private TestGround node;
  private TopicReader orders;

  @BeforeEach
  void deploy(Servers servers) throws Exception {
    node = new TestGround(servers, List.of(OrderVerticle.SECTION), Map.of());
    await(node.vertx().deployVerticle(new OrderVerticle(node.ground())));
    orders = new TopicReader(servers.kafka().bootstrapServers(), Topics.ORDERS);
  }

  @AfterEach
  void close() throws Exception {
    orders.close();
    node.close();
  }

  @Test
  void whatHappensToAnOrderArrivesInOrderOnceAndWhole() throws Exception {
    Instant before = Instant.now().minusMillis(1);
    List<Envelope> calls = new ArrayList<>();
    calls.add(node.call(ada, "place"));
    UUID id = await(node.bus().request(TEA, calls.get(0))).id();
    await(node.bus().request(TEA, node.call(ada, "place")));
    List<Status> path =
        List.of(Status.CONFIRMED, Status.PROCESSING, Status.SHIPPED, Status.DELIVERED);
    for (Status to : path) {
      calls.add(node.call(to == Status.SHIPPED ? clerk : ada));
      await(node.bus().request(new Order.Transition(id, to, null), calls.get(calls.size() - 1)));
      // Refused: nothing has happened, nothing may be told.
      awaitFailure(node.bus().request(new Order.Transition(id, to, null), node.call(ada)));
    }

    List<ConsumerRecord<String, byte[]>> told = told(id, 5);
    List<String> types = new ArrayList<>();
    Set<UUID> eventIds = new HashSet<>();
    for (int i = 0; i < told.size(); i++) {
      JsonNode envelope = ContractJson.tolerant().readTree(told.get(i).value());
      Map<String, String> headers = headers(told.get(i));
      types.add(envelope.required("eventType").asText());
      eventIds.add(UUID.fromString(envelope.required("eventId").asText()));
      assertThat(Instant.parse(envelope.required("timestamp").asText()))
          .isBetween(before, Instant.now());
      assertThat(envelope.required("category").asText()).isEqualTo("domain");
      JsonNode data = envelope.required("data");
      assertThat(data.required("orderId").asText()).isEqualTo(id.toString());
      assertThat(data.required("userId").asText()).isEqualTo(ada.userId().toString());
      assertThat(data.required("total").toString())
          .isEqualTo("{\"amount\":\"99.99\",\"currency\":\"EUR\"}");
      assertThat(data.path("version").asInt(1)).isEqualTo(i + 1);
      Envelope call = calls.get(i);
      assertThat(headers.get("eventId")).isEqualTo(envelope.required("eventId").asText());
      assertThat(headers.get("eventType")).isEqualTo(envelope.required("eventType").asText());
      assertThat(headers.get("userId")).isEqualTo(call.caller().userId().toString());
      assertThat(headers.get("correlationId")).isEqualTo(call.correlationId());
      assertThat(TraceContext.traceId(headers.get("traceparent")))
          .isEqualTo(TraceContext.traceId(call.traceparent()));
    }
    assertThat(types)
        .containsExactly(
            "order.created",
            "order.confirmed",
            "order.processing",
            "order.shipped",
            "order.delivered");
    assertThat(eventIds).hasSize(5);
  }

  @Test
  void whatANodeDoesNamesNobody() throws Exception {
    UUID id = await(node.bus().request(TEA, node.call(ada))).id();
    await(node.bus().request(new Order.Transition(id, Status.CANCELLED, 1L)));
    ConsumerRecord<String, byte[]> cancelled = told(id, 2).get(1);
    assertThat(headers(cancelled)).containsEntry("eventType", "order.cancelled");
    assertThat(headers(cancelled)).doesNotContainKey("userId");
  }

  /** All records of the order, when a later order's record is there: so no more will come. */
  private List<ConsumerRecord<String, byte[]>> told(UUID id, int atLeast) throws Exception {
    until("events of the order", ARRIVES, () -> of(id).size() >= atLeast);
    UUID marker = await(node.bus().request(TEA, node.call(ada))).id();
    until("a later event", ARRIVES, () -> !of(marker).isEmpty());
    List<ConsumerRecord<String, byte[]>> told = of(id);
    assertThat(told).hasSize(atLeast);
    return told;
  }

  private List<ConsumerRecord<String, byte[]>> of(UUID id) {
    return orders.look().stream().filter(read -> id.toString().equals(read.key())).toList();
  }

  private static Map<String, String> headers(ConsumerRecord<String, byte[]> read) {
    Map<String, String> headers = new HashMap<>();
    read.headers()
        .forEach(h -> headers.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
    return headers;
  }
}
