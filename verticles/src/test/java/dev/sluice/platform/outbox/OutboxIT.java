package dev.sluice.platform.outbox;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Money;
import dev.sluice.contract.Order;
import dev.sluice.contract.Problem;
import dev.sluice.platform.kafka.OutgoingRecord;
import dev.sluice.platform.kafka.TopicReader;
import dev.sluice.platform.kafka.TransactionalProducer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Servers.Extension.class)
class OutboxIT {
  private static final Duration FAILOVER = Duration.ofSeconds(3);
  private final AtomicInteger written = new AtomicInteger();
  private OutboxFixture room;

  @BeforeEach
  void open(Servers servers) throws Exception {
    room = new OutboxFixture(servers);
  }

  @AfterEach
  void close() throws Exception {
    room.close();
  }

  @Test
  void anEventComesSoonAndInItsEnvelope() throws Exception {
    OutboxRelay relay = room.relay();
    UUID id = room.things(1).get(0);
    until("it relays", FAILOVER.plusSeconds(5), () -> relay.figures().leading());
    try (TopicReader reader = room.reader()) {
      await(room.change(id, false));
      until("the event is there", Duration.ofSeconds(2), () -> reader.look().size() == 1);
      var read = reader.look().get(0);
      JsonObject envelope = new JsonObject(Buffer.buffer(read.value()));
      assertThat(envelope.fieldNames())
          .containsExactly("eventType", "eventId", "timestamp", "category", "data");
      assertThat(envelope.getString("category")).isEqualTo("domain");
      assertThat(read.key()).isEqualTo(id.toString());
      assertThat(room.assertToldInOrder(reader.look())).isZero();
    }
    until("the row is gone", FAILOVER, () -> room.waiting() == 0);
    assertThat(relay.figures().published()).isEqualTo(1);
  }

  @Test
  void nothingIsLostOrReorderedWhateverBreaks(Servers servers) throws Exception {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    room.relay();
    room.relay();
    List<UUID> things = room.things(7);
    try (TopicReader reader = room.reader()) {
      int changes = 4000;
      Future<?> writers = write(things, changes, random.nextLong());
      for (int hit = 0; hit < 12; hit++) {
        long target = changes * (hit + 1L) / 14;
        until("written " + target, Duration.ofSeconds(60), () -> written.get() >= target);
        switch (hit % 4) {
          case 0, 2 -> room.dropRelay();
          case 1 -> fenceRelay();
          default -> restart(servers);
        }
        reader.look();
      }
      await(writers);
      until("all rows are gone", Duration.ofSeconds(30), () -> room.waiting() == 0);
      long expected =
          await(room.database.query("SELECT sum(version)::bigint FROM thing", Tuple.tuple()))
              .iterator()
              .next()
              .getLong(0);
      assertThat(expected).isGreaterThan(changes / 2);
      until("read all", Duration.ofSeconds(20), () -> reader.look().size() >= expected);
      int repeated = room.assertToldInOrder(reader.look());
      System.out.println(expected + " events, " + repeated + " came again");
    }
  }

  @Test
  void aRowThatCommitsLateIsNotPassedOver() throws Exception {
    room.relay();
    List<UUID> things = room.things(2);
    Promise<Void> mayCommit = Promise.promise();
    Future<Void> late =
        room.database.inTransaction(
            tx -> room.announce(tx, things.get(0)).compose(id -> mayCommit.future()));
    try (TopicReader reader = room.reader()) {
      await(room.change(things.get(1), false));
      until("the later row is told", FAILOVER, () -> reader.look().size() == 1);
      until("and gone", FAILOVER, () -> room.waiting() == 0);
      mayCommit.complete();
      await(late);
      until("the earlier row is told", FAILOVER, () -> reader.look().size() == 2);
      assertThat(room.assertToldInOrder(reader.look())).isZero();
    }
  }

  @Test
  void aBrokerThatIsAwayLosesNothing(Servers servers) throws Exception {
    OutboxRelay relay = room.relay();
    List<UUID> things = room.things(3);
    until("it relays", FAILOVER.plusSeconds(5), () -> relay.figures().leading());
    servers.kafka().stop();
    try {
      for (int i = 0; i < 60; i++) {
        await(room.change(things.get(i % 3), false));
      }
      until("backlog is seen", Duration.ofSeconds(10), () -> relay.figures().backlog() == 60);
      assertThat(relay.figures().leading()).isTrue();
    } finally {
      servers.kafka().start();
    }
    until("all told", Duration.ofSeconds(5), () -> room.waiting() == 0);
    try (TopicReader reader = room.reader()) {
      until("read all", Duration.ofSeconds(10), () -> reader.look().size() >= 60);
      room.assertToldInOrder(reader.look());
    }
  }

  @Test
  void aDatabaseThatRestartsLosesNothing(Servers servers) throws Exception {
    OutboxRelay relay = room.relay();
    List<UUID> things = room.things(3);
    until("it relays", FAILOVER.plusSeconds(5), () -> relay.figures().leading());
    for (int i = 0; i < 30; i++) {
      await(room.change(things.get(i % 3), false));
    }
    servers.postgres().kill();
    until("it noticed", FAILOVER, () -> !relay.figures().leading());
    servers.postgres().start();
    until("it relays again", Duration.ofSeconds(5), () -> relay.figures().leading());
    for (int i = 0; i < 30; i++) {
      await(room.change(things.get(i % 3), false));
    }
    until("all told", Duration.ofSeconds(5), () -> room.waiting() == 0);
    try (TopicReader reader = room.reader()) {
      until("read all", Duration.ofSeconds(10), () -> reader.look().size() >= 60);
      room.assertToldInOrder(reader.look());
    }
  }

  @Test
  void ofTwoRelaysOneWorksAndTheOtherTakesOver() throws Exception {
    OutboxRelay first = room.relay();
    until("one relays", FAILOVER.plusSeconds(5), () -> first.figures().leading());
    OutboxRelay second = room.relay();
    UUID id = room.things(1).get(0);
    for (int i = 0; i < 20; i++) {
      await(room.change(id, false));
    }
    until("all told", FAILOVER, () -> room.waiting() == 0);
    assertThat(second.figures().leading()).isFalse();
    assertThat(second.figures().published()).isZero();
    await(first.stop());
    await(room.change(id, false));
    until("the other took over", FAILOVER, () -> room.waiting() == 0);
    assertThat(second.figures().leading()).isTrue();
    assertThat(second.figures().published()).isEqualTo(1);
    try (TopicReader reader = room.reader()) {
      until("read all", Duration.ofSeconds(10), () -> reader.look().size() >= 21);
      assertThat(room.assertToldInOrder(reader.look())).isZero();
    }
  }

  @Test
  void anEventNoBrokerTakesIsPutAsideAndTheOthersGoOn() throws Exception {
    List<UUID> things = room.things(3);
    for (int i = 0; i < 30; i++) {
      await(room.change(things.get(i % 3), false));
      if (i == 10 || i == 11 || i == 25) {
        await(appendPoison(things.get(i % 3)));
      }
    }
    OutboxRelay relay = room.relay();
    until("all told", Duration.ofSeconds(15), () -> room.waiting() == 0);
    assertThat(room.count("outbox_dead WHERE reason LIKE '%max.request.size%'")).isEqualTo(3);
    assertThat(relay.figures().dead()).isEqualTo(3);
    try (TopicReader reader = room.reader()) {
      until("read all", Duration.ofSeconds(10), () -> reader.look().size() >= 30);
      room.assertToldInOrder(reader.look());
    }
  }

  @Test
  void whatCannotBeAnnouncedFailsWhereItIsWritten() throws Exception {
    UUID id = room.things(1).get(0);
    Order.Created event = new Order.Created(id, id, new Money(1, "EUR"));
    Throwable misspelt =
        awaitFailure(
            room.database.inTransaction(
                tx -> room.outbox.append(tx, event, "oders", id.toString(), Map.of())));
    assertThat(((Failure) misspelt).problem()).isEqualTo(Problem.INTERNAL);
    assertThat(room.waiting()).isZero();
  }

  @Test
  void aProducerOfAnOlderRelayCannotCommitAnyMore() throws Exception {
    TransactionalProducer zombie = await(openProducer());
    TransactionalProducer successor = await(openProducer());
    assertThat(awaitFailure(zombie.publish(List.of(event("zombie"))))).isNotNull();
    await(successor.publish(List.of(event("successor"))));
    await(zombie.close());
    await(successor.close());
    try (TopicReader reader = room.reader()) {
      until("read", Duration.ofSeconds(10), () -> !reader.look().isEmpty());
      assertThat(reader.look()).extracting(read -> read.key()).containsExactly("successor");
    }
  }

  private Future<?> write(List<UUID> things, int changes, long seed) {
    List<Future<Void>> writers =
        IntStream.range(0, 6)
            .mapToObj(i -> writeOn(things, changes, new Random(seed + i)))
            .toList();
    return Future.all(writers);
  }

  private Future<Void> writeOn(List<UUID> things, int changes, Random random) {
    if (written.incrementAndGet() > changes) {
      return Future.succeededFuture();
    }
    UUID thing = things.get(random.nextInt(things.size()));
    return room.change(thing, random.nextInt(10) == 0)
        .transform(done -> writeOn(things, changes, random));
  }

  private void fenceRelay() throws Exception {
    await(openProducer().compose(TransactionalProducer::close).otherwiseEmpty());
  }

  private Future<TransactionalProducer> openProducer() {
    return TransactionalProducer.open(room.vertx, room.kafka, "outbox-" + room.name);
  }

  private static void restart(Servers servers) {
    servers.kafka().stop();
    servers.kafka().start();
  }

  private OutgoingRecord event(String key) {
    return new OutgoingRecord(room.name, key, Buffer.buffer("{}"), Map.of());
  }

  private Future<?> appendPoison(UUID id) {
    return room.database.query(
        """
        INSERT INTO outbox (event_id, topic, key, payload, headers, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        """,
        Tuple.of(
            UUID.randomUUID(),
            room.name,
            id.toString(),
            Buffer.buffer(new byte[2 * 1024 * 1024]),
            new JsonObject(),
            OffsetDateTime.now(ZoneOffset.UTC)));
  }
}
