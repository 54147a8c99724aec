package dev.sluice.audit;

import static dev.sluice.TestGround.user;
import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestGround;
import dev.sluice.codec.Caller;
import dev.sluice.contract.Audit;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.platform.db.Database;
import dev.sluice.platform.db.PostgresConfig;
import dev.sluice.platform.kafka.Topics;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Servers.Extension.class)
class AuditRoomIT {
  private static final Duration ARRIVES = Duration.ofSeconds(30);
  private static final Instant AT = Instant.parse("2026-01-31T12:00:00.123456Z");

  private final Caller ada = user(UUID.randomUUID(), "read:audit");
  private final Caller bob = user(UUID.randomUUID(), "read:audit");
  private final Caller clerk = user(UUID.randomUUID(), "read:audit", AuditScope.ALL_ENTRIES);
  private final String orderId = UUID.randomUUID().toString();

  private TestGround node;
  private String deployment;
  private Database tables;
  private KafkaProducer<String, byte[]> producer;

  @BeforeEach
  void deploy(Servers servers) throws Exception {
    node = new TestGround(servers, List.of(AuditVerticle.SECTION), Map.of());
    deployment = await(node.vertx().deployVerticle(new AuditVerticle(node.ground())));
    tables = new Database(node.vertx(), PostgresConfig.at(servers.postgres().uri()), "audit");
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers.kafka().bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void close() throws Exception {
    producer.close();
    await(node.vertx().undeploy(deployment));
    await(tables.close());
    node.close();
  }

  @Test
  void eventsOfAllTopicsAreWrittenDown() throws Exception {
    String payment = UUID.randomUUID().toString();
    UUID created = tell(Topics.ORDERS, "order.created", data("orderId", orderId), ada);
    tell(Topics.PAYMENTS, "payment.captured", data("paymentId", payment), ada);
    tell(Topics.NOTIFICATIONS, "notification.sent", data("notificationId", payment), ada);
    tell(Topics.USERS, "auth.registered", "{\"userId\":\"" + ada.userId() + "\"}", null);
    until("four entries", ARRIVES, () -> find(ada, null, 100, null).items().size() == 4);

    Audit.Entry entry = find(ada, "order:" + orderId, 10, null).items().get(0);
    assertThat(entry.userId()).isEqualTo(ada.userId());
    assertThat(entry.action()).isEqualTo("order.created");
    assertThat(entry.resource()).isEqualTo("order:" + orderId);
    assertThat(entry.timestamp()).isEqualTo(AT);
    assertThat(entry.metadata())
        .isEqualTo(
            Map.of("eventId", created.toString(), "correlationId", "c-1", "total", "99.99 EUR"));
    assertThat(find(ada, null, 100, null).items())
        .extracting(Audit.Entry::resource)
        .containsExactlyInAnyOrder(
            "order:" + orderId,
            "payment:" + payment,
            "notification:" + payment,
            "user:" + ada.userId());
  }

  @Test
  void anEventThatIsToldTwiceIsThereOnce() throws Exception {
    UUID eventId = UUID.randomUUID();
    String order = data("orderId", orderId);
    for (int i = 0; i < 3; i++) {
      send(Topics.ORDERS, envelope(eventId, "order.created", AT.toString(), order), ada);
    }
    tell(Topics.ORDERS, "order.confirmed", order, ada);
    send(Topics.ORDERS, envelope(eventId, "order.created", AT.toString(), order), ada);
    tell(Topics.ORDERS, "order.shipped", order, ada);
    awaitNewest("order.shipped");
    assertThat(find(ada, "order:" + orderId, 100, null).items())
        .extracting(Audit.Entry::action)
        .containsExactly("order.shipped", "order.confirmed", "order.created");
  }

  @Test
  void aGroupThatStartsAllOverChangesNothing(Servers servers) throws Exception {
    for (int i = 0; i < 700; i++) {
      tell(Topics.ORDERS, "order.created", data("orderId", orderId), ada);
    }
    tell(Topics.ORDERS, "order.confirmed", data("orderId", orderId), ada);
    awaitNewest("order.confirmed");
    long before = count();
    assertThat(before).isEqualTo(701);

    await(node.vertx().undeploy(deployment));
    rewind(servers);
    deployment = await(node.vertx().deployVerticle(new AuditVerticle(node.ground())));
    tell(Topics.ORDERS, "order.shipped", data("orderId", orderId), ada);
    awaitNewest("order.shipped");
    assertThat(count()).isEqualTo(before + 1);
  }

  @Test
  void poisonIsPassedOverAndCounted() throws Exception {
    double skipped = counted("audit_events_skipped");
    double unreadable = counted("audit_events_unreadable");
    String order = data("orderId", orderId);
    send(Topics.ORDERS, "\u0000\u0001 not an event".getBytes(StandardCharsets.UTF_8), ada);
    send(Topics.ORDERS, "{\"eventType\":\"order.created\"}".getBytes(StandardCharsets.UTF_8), ada);
    send(Topics.ORDERS, null, ada);
    send(Topics.ORDERS, envelope(UUID.randomUUID(), "x".repeat(101), AT.toString(), order), ada);
    send(
        Topics.ORDERS,
        envelope(UUID.randomUUID(), "order.created", "+200000-01-01T00:00:00Z", order),
        ada);
    tell(Topics.ORDERS, "order.cancelled", "{\"reason\":\"a\\u0000\\ud800b\"}", ada);
    tell(Topics.ORDERS, "order.shipped", order, ada);
    awaitNewest("order.shipped");

    assertThat(find(ada, null, 100, null).items())
        .extracting(Audit.Entry::action)
        .containsExactly("order.shipped", "order.cancelled");
    assertThat(find(ada, null, 100, null).items().get(1).metadata())
        .containsEntry("reason", "a\uFFFD\uFFFDb");
    assertThat(counted("audit_events_skipped") - skipped).isEqualTo(2);
    assertThat(counted("audit_events_unreadable") - unreadable).isEqualTo(3);
  }

  @Test
  void whatIsToldWhilePostgresIsAwayIsWrittenDownAfterwards(Servers servers) throws Exception {
    double failed = counted("audit_batches_failed");
    servers.postgres().stop();
    try {
      for (int i = 0; i < 10; i++) {
        tell(Topics.ORDERS, "order.created", data("orderId", orderId), ada);
      }
      until("a batch has failed", ARRIVES, () -> counted("audit_batches_failed") > failed);
    } finally {
      servers.postgres().start();
    }
    tell(Topics.ORDERS, "order.confirmed", data("orderId", orderId), ada);
    until("postgres answers", ARRIVES, () -> awaitFailure(tables.ping()) == null);
    awaitNewest("order.confirmed");
    assertThat(count()).isEqualTo(11);
  }

  @Test
  void callersSeeWhatTheyDidThemselves() throws Exception {
    tell(Topics.ORDERS, "order.created", data("orderId", orderId), ada);
    tell(Topics.ORDERS, "order.confirmed", data("orderId", orderId), bob);
    tell(Topics.ORDERS, "order.shipped", data("orderId", orderId), null);
    String resource = "order:" + orderId;
    until("all entries", ARRIVES, () -> find(clerk, resource, 100, null).items().size() == 3);
    assertThat(find(clerk, resource, 100, null).items())
        .extracting(Audit.Entry::userId)
        .containsExactly(null, bob.userId(), ada.userId());
    assertThat(actions(find(ada, resource, 100, null))).containsExactly("order.created");
    assertThat(actions(find(bob, resource, 100, null))).containsExactly("order.confirmed");
    assertThat(actions(find(bob, null, 100, null))).containsExactly("order.confirmed");
    assertThat(find(clerk, null, 100, null).items()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(await(node.bus().request(new Audit.Find(resource, 100, null))).items()).hasSize(3);
    Caller accountless =
        new Caller(Caller.Kind.KEY, null, "key", null, List.of(), List.of("read:audit"), "free");
    assertThat(find(accountless, resource, 100, null).items()).isEmpty();
    assertThat(find(accountless, null, 100, null).items()).isEmpty();
  }

  @Test
  void pagesGoDownWithoutGapsWhileMoreComes() throws Exception {
    for (int i = 0; i < 25; i++) {
      tell(Topics.ORDERS, "order.created", data("orderId", orderId), ada);
    }
    until("25 entries", ARRIVES, () -> count() == 25);
    assertThat(find(ada, "order:" + orderId, 25, null).nextCursor()).isNull();
    assertThat(find(ada, "order:" + orderId, 24, null).nextCursor()).isNotNull();
    List<Long> walked = new ArrayList<>();
    String cursor = null;
    int pages = 0;
    do {
      tell(Topics.ORDERS, "order.confirmed", data("orderId", orderId), ada);
      Audit.Page page = find(ada, "order:" + orderId, 10, cursor);
      page.items().forEach(entry -> walked.add(entry.id()));
      cursor = page.nextCursor();
      pages++;
    } while (cursor != null);
    assertThat(pages).isEqualTo(3);
    assertThat(walked)
        .doesNotHaveDuplicates()
        .hasSizeGreaterThanOrEqualTo(25)
        .isSortedAccordingTo((a, b) -> Long.compare(b, a));
  }

  @Test
  void whoMayNotIsTurnedAwayAndABrokenCursorIsNamed() throws Exception {
    Audit.Find all = new Audit.Find(null, null, null);
    Failure denied = (Failure) awaitFailure(node.bus().request(all, node.call(user(ada.userId()))));
    assertThat(denied.problem()).isEqualTo(Problem.DENIED);
    assertThat(denied).hasMessage("the permission read:audit is needed");
    Audit.Find garbage = new Audit.Find(null, null, "garbage");
    Failure invalid = (Failure) awaitFailure(node.bus().request(garbage, node.call(ada)));
    assertThat(invalid.problem()).isEqualTo(Problem.INVALID);
    assertThat(invalid.fields()).extracting(Failure.Field::field).containsExactly("cursor");
  }

  private Audit.Page find(Caller caller, String resource, int limit, String cursor)
      throws Exception {
    return await(node.bus().request(new Audit.Find(resource, limit, cursor), node.call(caller)));
  }

  private static List<String> actions(Audit.Page page) {
    return page.items().stream().map(Audit.Entry::action).toList();
  }

  private void awaitNewest(String action) throws Exception {
    until(
        action + " is written down",
        ARRIVES,
        () -> actions(find(ada, "order:" + orderId, 1, null)).equals(List.of(action)));
  }

  private long count() throws Exception {
    return await(
            tables.query(
                "SELECT count(*) FROM audit_log WHERE user_id = $1", Tuple.of(ada.userId())))
        .iterator()
        .next()
        .getLong(0);
  }

  /** The registry holds what it counts weakly: a counter of something nobody else holds stops. */
  private double counted(String name) {
    System.gc();
    return node.ground().metrics().registry().get(name).functionCounter().count();
  }

  private static String data(String field, String id) {
    return "{\""
        + field
        + "\":\""
        + id
        + "\",\"total\":{\"amount\":\"99.99\",\"currency\":\"EUR\"}}";
  }

  private UUID tell(String topic, String type, String data, Caller by) throws Exception {
    UUID eventId = UUID.randomUUID();
    send(topic, envelope(eventId, type, AT.toString(), data), by);
    return eventId;
  }

  private static byte[] envelope(UUID eventId, String type, String at, String data) {
    String envelope =
        "{\"eventType\":\"%s\",\"eventId\":\"%s\",\"timestamp\":\"%s\",\"data\":%s}"
            .formatted(type, eventId, at, data);
    return envelope.getBytes(StandardCharsets.UTF_8);
  }

  private void send(String topic, byte[] value, Caller by) throws Exception {
    ProducerRecord<String, byte[]> sent = new ProducerRecord<>(topic, orderId, value);
    sent.headers().add("correlationId", "c-1".getBytes(StandardCharsets.UTF_8));
    if (by != null) {
      sent.headers().add("userId", by.userId().toString().getBytes(StandardCharsets.UTF_8));
    }
    producer.send(sent).get();
  }

  /** Lets the group begin at the beginning, which is only allowed when nobody is in it. */
  private static void rewind(Servers servers) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> beginning =
        IntStream.range(0, 3)
            .mapToObj(partition -> new TopicPartition(Topics.ORDERS, partition))
            .collect(Collectors.toMap(partition -> partition, p -> new OffsetAndMetadata(0)));
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", servers.kafka().bootstrapServers()))) {
      until(
          "the group is empty and set back",
          ARRIVES,
          () -> {
            try {
              admin.alterConsumerGroupOffsets("audit", beginning).all().get();
              return true;
            } catch (ExecutionException e) {
              assertThat(e.getCause())
                  .isInstanceOfAny(RetriableException.class, UnknownMemberIdException.class);
              return false;
            }
          });
    }
  }
}
