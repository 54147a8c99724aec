package dev.sluice.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.codec.ContractJson;
import dev.sluice.platform.kafka.ReceivedEvent;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditRowTest {
  private static final UUID EVENT = UUID.fromString("0190f3c2-7c1a-7000-8000-000000000001");
  private static final UUID OWNER = UUID.fromString("0190f3c2-7c1a-7000-8000-00000000000b");
  private static final UUID CLERK = UUID.fromString("0190f3c2-7c1a-7000-8000-00000000000c");
  private static final Instant AT = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void anOrderEventBecomesALineWithWhatIsWorthKeeping() throws Exception {
    AuditRow row =
        row(
            "order.confirmed",
            """
            {"orderId":"0190f3c2-7c1a-7000-8000-00000000000a","version":2,"note":"my address",
             "userId":"0190f3c2-7c1a-7000-8000-00000000000b",
             "total":{"amount":"99.99","currency":"EUR"}}""",
            Map.of(
                "userId", CLERK.toString(),
                "correlationId", "c-1",
                "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
    assertThat(row)
        .isEqualTo(
            new AuditRow(
                EVENT,
                CLERK,
                "order.confirmed",
                "order:0190f3c2-7c1a-7000-8000-00000000000a",
                AT,
                Map.of(
                    "eventId", EVENT.toString(),
                    "correlationId", "c-1",
                    "traceId", "0af7651916cd43dd8448eb211c80319c",
                    "total", "99.99 EUR",
                    "version", "2")));
  }

  @Test
  void withoutTheHeaderItIsTheUserOfTheData() throws Exception {
    AuditRow row = row("auth.registered", "{\"userId\":\"" + OWNER + "\"}", Map.of());
    assertThat(row.userId()).isEqualTo(OWNER);
    assertThat(row.resource()).isEqualTo("user:" + OWNER);
  }

  @Test
  void changedRoutesAreAllOfOneTable() throws Exception {
    AuditRow row =
        row(
            "routes.changed",
            "{\"version\":7,\"comment\":\"the new shop\"}",
            Map.of("userId", CLERK.toString()));
    assertThat(row.userId()).isEqualTo(CLERK);
    assertThat(row.resource()).isEqualTo("routes:table");
    assertThat(row.metadata())
        .containsEntry("version", "7")
        .containsEntry("comment", "the new shop");
  }

  @ParameterizedTest
  @CsvSource({
    "payment.captured, paymentId, payment:p-7",
    "notification.sent, notificationId, notification:p-7",
    "user.renamed, userId, user:p-7",
    "order.created, paymentId,",
    "order, orderId, order:p-7"
  })
  void theResourceIsTheThingTheRoomIsAbout(String type, String field, String resource)
      throws Exception {
    assertThat(row(type, "{\"" + field + "\":\"p-7\"}", Map.of()).resource()).isEqualTo(resource);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\"text\"", "null", "{}", "{\"orderId\":{},\"userId\":17}"})
  void dataWithoutSenseIsStillALine(String data) throws Exception {
    AuditRow row = row("order.created", data, Map.of("traceparent", "nonsense"));
    assertThat(row.userId()).isNull();
    assertThat(row.resource()).isNull();
    assertThat(row.metadata()).isEqualTo(Map.of("eventId", EVENT.toString()));
  }

  @Test
  void textIsCutToWhatTheTableTakes() throws Exception {
    String rocket = "\uD83D\uDE80";
    AuditRow row =
        row(
            "order.cancelled",
            "{\"orderId\":\"a\\u0000b\",\"reason\":\"" + "x".repeat(199) + rocket + "\"}",
            Map.of("correlationId", "a\u0000\uD800b"));
    assertThat(row.resource()).isNull();
    assertThat(row.metadata().get("reason")).isEqualTo("x".repeat(199) + "\uFFFD");
    assertThat(row.metadata().get("correlationId")).isEqualTo("a\uFFFD\uFFFDb");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Order.Created", "order created", "a\u0000", "order.\n"})
  void aNameThatIsNoneOfOursIsNoLine(String type) throws Exception {
    assertThat(AuditRow.of(event(type, AT, "{}", Map.of()))).isEmpty();
  }

  @Test
  void aNameTooLongOrATimeThatCannotBeIsNoLine() throws Exception {
    assertThat(AuditRow.of(event("o".repeat(100), AT, "{}", Map.of()))).isPresent();
    assertThat(AuditRow.of(event("o".repeat(101), AT, "{}", Map.of()))).isEmpty();
    assertThat(AuditRow.of(event("order.created", Instant.MAX, "{}", Map.of()))).isEmpty();
    assertThat(AuditRow.of(event("order.created", Instant.MIN, "{}", Map.of()))).isEmpty();
  }

  private static AuditRow row(String type, String data, Map<String, String> headers)
      throws JsonProcessingException {
    return AuditRow.of(event(type, AT, data, headers)).orElseThrow();
  }

  private static ReceivedEvent event(
      String type, Instant at, String data, Map<String, String> headers)
      throws JsonProcessingException {
    return new ReceivedEvent(
        EVENT,
        type,
        at,
        "domain",
        ContractJson.tolerant().readTree(data),
        "orders",
        0,
        0,
        "key",
        headers);
  }
}
