package dev.sluice.platform.kafka;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.Waiting;
import dev.sluice.contract.Order;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Servers.Extension.class)
class EventConsumerIT {
  private static final AtomicLong COUNT = new AtomicLong();
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final String topic = "consumed-" + COUNT.incrementAndGet();
  private final List<EventConsumer> consumers = new ArrayList<>();
  private final ConcurrentLinkedQueue<ReceivedEvent> handled = new ConcurrentLinkedQueue<>();
  private KafkaConfig config;
  private KafkaAdmin admin;
  private TransactionalProducer producer;

  @BeforeEach
  void open(Servers servers) throws Exception {
    KafkaConfig defaults = KafkaConfig.at(servers.kafka().bootstrapServers());
    config =
        new KafkaConfig(
            defaults.bootstrapServers(),
            4,
            1,
            defaults.requestTimeout(),
            defaults.deliveryTimeout(),
            defaults.startTimeout(),
            Map.of());
    admin = await(KafkaAdmin.open(vertx, config, Time.system()));
    await(admin.createTopics(Set.of(topic)));
    producer = await(TransactionalProducer.open(vertx, config, topic));
  }

  @AfterEach
  void close() throws Exception {
    for (EventConsumer consumer : consumers) {
      await(consumer.close());
    }
    await(producer.close());
    await(admin.close());
    await(vertx.close());
  }

  @Test
  void whatIsHandledIsNotHandledAgain() throws Exception {
    publish(0, 30);
    EventConsumer first = consume(this::take);
    until("30 events", SOON, () -> handled.size() == 30);
    await(first.close());
    publish(30, 10);
    EventConsumer second = consume(this::take);
    until("40 events", SOON, () -> handled.size() >= 40);
    await(second.close());
    assertThat(handled).hasSize(40);
    assertInOrder();
    ReceivedEvent one = handled.iterator().next();
    assertThat(one.eventType()).isEqualTo("order.cancelled");
    assertThat(one.category()).isEqualTo("domain");
    assertThat(one.headers()).containsEntry("traceparent", "00-1-1-01");
    assertThat(one.as(Order.Cancelled.class).total().currency()).isEqualTo("EUR");
  }

  @Test
  void aBatchThatFailedComesAgainUntilItIsHandled() throws Exception {
    AtomicInteger failuresLeft = new AtomicInteger(4);
    publish(0, 20);
    EventConsumer consumer =
        consume(
            events -> {
              int left = failuresLeft.getAndDecrement();
              if (left == 4) {
                throw new IllegalStateException("thrown rather than returned");
              }
              return left > 0 ? Future.failedFuture("not now") : take(events);
            });
    until("20 events", SOON, () -> handled.size() >= 20);
    assertThat(consumer.failures()).isEqualTo(4);
    assertThat(handled).hasSize(20);
    assertInOrder();
  }

  @Test
  void whatWasNotHandledWhenItClosedComesToTheNext() throws Exception {
    publish(0, 20);
    AtomicInteger tried = new AtomicInteger();
    EventConsumer failing =
        consume(
            events -> {
              tried.incrementAndGet();
              return Future.failedFuture("never");
            });
    until("tried", SOON, () -> tried.get() > 1);
    assertThat(Waiting.time(failing::close)).isLessThan(Duration.ofSeconds(5));
    consume(this::take);
    until("20 events", SOON, () -> handled.size() >= 20);
    assertThat(handled).hasSize(20);
    assertInOrder();
  }

  @Test
  void aBatchThatIsBeingHandledAtCloseIsFinishedAndCommitted() throws Exception {
    publish(0, 5);
    Promise<Void> mayEnd = Promise.promise();
    AtomicInteger begun = new AtomicInteger();
    EventConsumer slow =
        consume(
            events -> {
              begun.incrementAndGet();
              return mayEnd.future().compose(now -> take(events));
            });
    until("begun", SOON, () -> begun.get() > 0);
    Future<Void> closed = slow.close();
    mayEnd.complete();
    await(closed);
    publish(5, 1);
    consume(this::take);
    until("6 events", SOON, () -> handled.size() >= 6);
    assertThat(handled).hasSize(6);
  }

  @Test
  void aSlowHandlerKeepsItsPartitionsAndANewMemberGetsSome() throws Exception {
    publish(0, 40);
    Promise<Void> mayEnd = Promise.promise();
    AtomicInteger begun = new AtomicInteger();
    consume(
        events -> {
          begun.incrementAndGet();
          return mayEnd.future().compose(now -> take(events));
        });
    until("begun", SOON, () -> begun.get() > 0);
    List<ReceivedEvent> other = new ArrayList<>();
    consume(
        events -> {
          synchronized (other) {
            other.addAll(events);
          }
          return take(events);
        });
    until(
        "the new member works",
        SOON,
        () -> {
          synchronized (other) {
            return !other.isEmpty();
          }
        });
    mayEnd.complete();
    publish(40, 20);
    until("all events", SOON, () -> distinct() == 60);
  }

  @Test
  void aBrokerThatIsAwayCostsTimeOnly(Servers servers) throws Exception {
    publish(0, 20);
    EventConsumer consumer = consume(this::take);
    until("20 events", SOON, () -> handled.size() >= 20);
    servers.kafka().stop();
    assertThat(await(admin.ping().map("there").otherwise("away"))).isEqualTo("away");
    servers.kafka().start();
    until("it answers", Duration.ofSeconds(5), () -> await(admin.ping().map(1).otherwise(0)) == 1);
    await(producer.close());
    producer = await(TransactionalProducer.open(vertx, config, topic));
    publish(20, 20);
    until("40 events", SOON, () -> distinct() == 40);
    assertThat(Waiting.time(consumer::close)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void itClosesWhileTheBrokerIsAway(Servers servers) throws Exception {
    publish(0, 20);
    EventConsumer consumer = consume(this::take);
    until("20 events", SOON, () -> handled.size() >= 20);
    servers.kafka().stop();
    try {
      assertThat(Waiting.time(consumer::close)).isLessThan(Duration.ofMillis(5500));
    } finally {
      servers.kafka().start();
    }
  }

  @Test
  void whatIsNoEventIsPassedOver() throws Exception {
    await(
        producer.publish(
            List.of(
                new OutgoingRecord(topic, "k", Buffer.buffer("not json"), Map.of()),
                new OutgoingRecord(topic, "k", Buffer.buffer("{\"eventId\":\"x\"}"), Map.of()),
                new OutgoingRecord(topic, "k", Buffer.buffer("[]"), Map.of()),
                new OutgoingRecord(topic, "k", Buffer.buffer(), Map.of()))));
    publish(0, 5);
    EventConsumer consumer = consume(this::take);
    until("5 events", SOON, () -> handled.size() == 5);
    until("4 passed over", SOON, () -> consumer.unreadable() == 4);
  }

  @Test
  void whatIsNotCommittedIsNotSeen() throws Exception {
    consume(this::take);
    publish(0, 5);
    until("5 events", SOON, () -> handled.size() == 5);
    OutgoingRecord tooLarge =
        new OutgoingRecord(topic, "k", Buffer.buffer(new byte[2_000_000]), Map.of());
    Throwable refused =
        Waiting.awaitFailure(producer.publish(List.of(event(100), event(101), tooLarge)));
    assertThat(refused).isInstanceOf(RefusedException.class);
    await(producer.close());
    producer = await(TransactionalProducer.open(vertx, config, topic));
    publish(5, 5);
    until("10 events", SOON, () -> handled.size() == 10);
    assertInOrder();
  }

  @Test
  void topicsMayExistAlready() throws Exception {
    await(admin.createTopics(Set.of(topic, topic + "-b")));
    await(admin.createTopics(Set.of(topic, topic + "-b")));
    await(admin.ping());
  }

  private EventConsumer consume(Function<List<ReceivedEvent>, Future<Void>> handler) {
    EventConsumer consumer = new EventConsumer(vertx, config, Set.of(topic), topic, handler);
    consumers.add(consumer);
    consumer.start();
    return consumer;
  }

  private Future<Void> take(List<ReceivedEvent> events) {
    handled.addAll(events);
    return Future.succeededFuture();
  }

  private long distinct() {
    return handled.stream().map(ReceivedEvent::eventId).distinct().count();
  }

  private void publish(int from, int count) throws Exception {
    await(producer.publish(IntStream.range(from, from + count).mapToObj(this::event).toList()));
  }

  private OutgoingRecord event(int number) {
    JsonObject data =
        new JsonObject()
            .put("orderId", new UUID(0, number).toString())
            .put("userId", new UUID(0, 1).toString())
            .put("total", new JsonObject().put("amount", "1.00").put("currency", "EUR"))
            .put("version", number);
    JsonObject envelope =
        new JsonObject()
            .put("eventType", "order.cancelled")
            .put("eventId", new UUID(1, number).toString())
            .put("timestamp", "2026-01-01T00:00:00Z")
            .put("category", "domain")
            .put("data", data);
    return new OutgoingRecord(
        topic, "key-" + number % 5, envelope.toBuffer(), Map.of("traceparent", "00-1-1-01"));
  }

  private void assertInOrder() {
    for (int key = 0; key < 5; key++) {
      String name = "key-" + key;
      assertThat(
              handled.stream()
                  .filter(event -> event.key().equals(name))
                  .map(event -> event.data().get("version").asInt()))
          .isSorted();
    }
  }
}
