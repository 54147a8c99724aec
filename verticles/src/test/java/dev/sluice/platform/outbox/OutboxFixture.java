package dev.sluice.platform.outbox;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.Servers;
import dev.sluice.codec.ContractJson;
import dev.sluice.contract.Money;
import dev.sluice.contract.Order;
import dev.sluice.contract.Problem;
import dev.sluice.platform.db.Database;
import dev.sluice.platform.db.Migrations;
import dev.sluice.platform.db.PostgresConfig;
import dev.sluice.platform.kafka.KafkaAdmin;
import dev.sluice.platform.kafka.KafkaConfig;
import dev.sluice.platform.kafka.TopicReader;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A room with versioned things that announces each new version; and its topic. */
final class OutboxFixture {
  private static final AtomicLong COUNT = new AtomicLong();

  final Vertx vertx = Vertx.vertx();
  final String name = "announcing_" + COUNT.incrementAndGet();
  final KafkaConfig kafka;
  final Database database;
  final Outbox outbox = new Outbox(Clock.systemUTC(), Set.of(name));
  private final List<OutboxRelay> relays = new ArrayList<>();

  OutboxFixture(Servers servers) throws Exception {
    PostgresConfig postgres = PostgresConfig.at(servers.postgres().uri());
    kafka =
        new KafkaConfig(
            servers.kafka().bootstrapServers(),
            3,
            1,
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            Duration.ofSeconds(30),
            Map.of());
    await(new Migrations(vertx, postgres, Time.system()).migrate(name));
    database = new Database(vertx, postgres, name);
    await(
        database.query(
            "CREATE TABLE thing (id uuid PRIMARY KEY, version bigint NOT NULL)", Tuple.tuple()));
    KafkaAdmin admin = await(KafkaAdmin.open(vertx, kafka, Time.system()));
    await(admin.createTopics(Set.of(name)));
    await(admin.close());
  }

  OutboxRelay relay() {
    OutboxRelay relay = new OutboxRelay(vertx, database, kafka, OutboxConfig.defaults());
    relays.add(relay);
    relay.start();
    return relay;
  }

  List<UUID> things(int count) throws Exception {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      UUID id = UUID.randomUUID();
      ids.add(id);
      await(database.query("INSERT INTO thing VALUES ($1, 0)", Tuple.of(id)));
    }
    return ids;
  }

  /** Makes the next version of a thing and announces it, or makes it and then rolls back. */
  Future<Void> change(UUID id, boolean rollBack) {
    return database.inTransaction(
        tx ->
            announce(tx, id)
                .compose(
                    appended ->
                        rollBack
                            ? Future.failedFuture(Problem.CONFLICT.because("changed its mind"))
                            : Future.succeededFuture()));
  }

  /** Makes the next version of a thing and announces it, in a transaction of the caller. */
  Future<UUID> announce(SqlConnection tx, UUID id) {
    return tx.preparedQuery(
            "UPDATE thing SET version = version + 1 WHERE id = $1 RETURNING version")
        .execute(Tuple.of(id))
        .map(rows -> rows.iterator().next().getLong(0))
        .compose(
            version ->
                outbox.append(
                    tx,
                    new Order.Confirmed(id, id, new Money(100, "EUR"), version),
                    name,
                    id.toString(),
                    Map.of("correlationId", "c-" + version)));
  }

  /** Ends the relay's connection from the server's side; how many there were. */
  int dropRelay() throws Exception {
    return await(
            database.query(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = $1
                """,
                Tuple.of("sluice-" + name + "-outbox")))
        .size();
  }

  long waiting() throws Exception {
    return count("outbox");
  }

  long count(String table) throws Exception {
    return await(database.query("SELECT count(*) FROM " + table, Tuple.tuple()))
        .iterator()
        .next()
        .getLong(0);
  }

  TopicReader reader() {
    return new TopicReader(kafka.bootstrapServers(), name);
  }

  /**
   * Checks that the topic holds every version of every thing, the first coming of each in order.
   *
   * @return how many records came more than once
   */
  int assertToldInOrder(List<ConsumerRecord<String, byte[]>> records) throws Exception {
    Map<String, List<Long>> told = new HashMap<>();
    Set<String> ids = new HashSet<>();
    for (ConsumerRecord<String, byte[]> read : records) {
      JsonNode envelope = ContractJson.tolerant().readTree(read.value());
      String id = envelope.get("eventId").asText();
      assertThat(header(read, "eventId")).isEqualTo(id);
      if (ids.add(id)) {
        assertThat(header(read, "eventType")).isEqualTo("order.confirmed");
        long version = envelope.get("data").get("version").asLong();
        assertThat(header(read, "correlationId")).isEqualTo("c-" + version);
        told.computeIfAbsent(read.key(), key -> new ArrayList<>()).add(version);
      }
    }
    for (var row : await(database.query("SELECT id, version FROM thing", Tuple.tuple()))) {
      String key = row.getUUID("id").toString();
      assertThat(told.getOrDefault(key, List.of()))
          .as("what was told of %s", key)
          .isEqualTo(LongStream.rangeClosed(1, row.getLong("version")).boxed().toList());
    }
    return records.size() - ids.size();
  }

  void close() throws Exception {
    for (OutboxRelay relay : relays) {
      await(relay.stop());
    }
    await(database.close());
    await(vertx.close());
  }

  private static String header(ConsumerRecord<String, byte[]> read, String header) {
    return new String(read.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
  }
}
