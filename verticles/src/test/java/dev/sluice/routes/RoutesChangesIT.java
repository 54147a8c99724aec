package dev.sluice.routes;

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
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Routes;
import dev.sluice.platform.db.Database;
import dev.sluice.platform.db.PostgresConfig;
import dev.sluice.platform.kafka.TopicReader;
import dev.sluice.platform.kafka.Topics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Changes in an order the test decides, and what is announced of them. */
@ExtendWith(Servers.Extension.class)
class RoutesChangesIT {
  private static final Duration ARRIVES = Duration.ofSeconds(20);
  private static final String WAITING =
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

  private final Caller ada = user(UUID.randomUUID(), "read:routes", "write:routes");
  private final Caller bob = user(UUID.randomUUID(), "read:routes", "write:routes");

  private TestGround node;
  private Database tables;
  private TopicReader topic;

  @BeforeEach
  void deploy(Servers servers) throws Exception {
    String uri = servers.newDatabase();
    node =
        new TestGround(
            servers, List.of(RoutesVerticle.SECTION), Map.of("SLUICE_POSTGRES_URI", uri));
    await(node.vertx().deployVerticle(new RoutesVerticle(node.ground())));
    tables = new Database(node.vertx(), PostgresConfig.at(uri), "routes");
    topic = new TopicReader(servers.kafka().bootstrapServers(), Topics.ROUTES);
  }

  @AfterEach
  void close() throws Exception {
    topic.close();
    await(tables.close());
    node.close();
  }

  @Test
  void ofTwoAtOnceTheFirstWinsWhoeverItIs() throws Exception {
    for (int round = 0; round < 4; round++) {
      Caller first = round % 2 == 0 ? ada : bob;
      Caller second = round % 2 == 0 ? bob : ada;
      Hold hold = new Hold();
      Future<Routes.Stored> one = store("first", round, first);
      hold.untilThereWait(1);
      Future<Routes.Stored> two = store("second", round, second);
      hold.untilThereWait(2);
      hold.end();
      assertThat(await(one).version()).isEqualTo(round + 1L);
      assertThat(((Failure) awaitFailure(two)).problem()).isEqualTo(Problem.CONFLICT);
      Routes.Stored now = await(node.bus().request(new Routes.Current(null), node.call(ada)));
      assertThat(now.document()).isEqualTo("first");
      assertThat(now.version()).isEqualTo(round + 1L);
    }
  }

  @Test
  void whoWaitsForOneThatFailsIsNotRefused() throws Exception {
    // The first comes to its end while the second waits, and takes its change back.
    await(tables.query("ALTER TABLE versions ADD CHECK (document <> 'refused')", Tuple.tuple()));
    Hold hold = new Hold();
    Future<Routes.Stored> one = store("refused", 0, ada);
    hold.untilThereWait(1);
    Future<Routes.Stored> two = store("second", 0, bob);
    hold.untilThereWait(2);
    hold.end();
    assertThat(((Failure) awaitFailure(one)).problem()).isEqualTo(Problem.INTERNAL);
    assertThat(await(two).version()).isEqualTo(1);
  }

  @Test
  void aKeyThatIsBeingWorkedOnIsAConflict() throws Exception {
    Routes.Store request = new Routes.Store("one", 0, null);
    Hold hold = new Hold();
    Future<Routes.Stored> one = node.bus().request(request, node.call(ada, "k"));
    hold.untilThereWait(1);
    assertThat(awaitFailure(node.bus().request(request, node.call(ada, "k"))))
        .hasMessage("a request with this Idempotency-Key is still running");
    hold.end();
    assertThat(await(one).version()).isEqualTo(1);
  }

  @Test
  void changesAreAnnouncedOnceEachInOrderAndNotWhatWasRefused() throws Exception {
    List<Caller> callers = List.of(ada, bob, Caller.node("test"), bob);
    List<Envelope> calls = callers.stream().map(node::call).toList();
    long[] bases = {0, 0, 1, 2};
    for (int i = 0; i < calls.size(); i++) {
      Throwable failure =
          awaitFailure(node.bus().request(new Routes.Store("", bases[i], "why"), calls.get(i)));
      assertThat(failure == null).isEqualTo(i != 1);
    }
    until("the last event", ARRIVES, () -> !told(calls.subList(3, 4)).isEmpty());
    List<ConsumerRecord<String, byte[]>> told = told(calls);
    String[] users = {ada.userId().toString(), null, bob.userId().toString()};
    assertThat(told).hasSize(3);
    for (int i = 0; i < 3; i++) {
      JsonNode event = ContractJson.tolerant().readTree(told.get(i).value());
      assertThat(told.get(i).key()).isEqualTo("table");
      assertThat(event.required("eventType").asText()).isEqualTo("routes.changed");
      assertThat(event.required("category").asText()).isEqualTo("system");
      assertThat(event.required("data").toString())
          .isEqualTo("{\"version\":" + (i + 1) + ",\"comment\":\"why\"}");
      assertThat(header(told.get(i), "userId")).isEqualTo(users[i]);
    }
  }

  private List<ConsumerRecord<String, byte[]>> told(List<Envelope> calls) {
    Set<String> ids = calls.stream().map(Envelope::correlationId).collect(Collectors.toSet());
    return topic.look().stream().filter(r -> ids.contains(header(r, "correlationId"))).toList();
  }

  private Future<Routes.Stored> store(String document, long basis, Caller caller) {
    return node.bus().request(new Routes.Store(document, basis, "why"), node.call(caller));
  }

  private static String header(ConsumerRecord<String, byte[]> read, String name) {
    var header = read.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** Keeps the head locked until it ends, as a change in another room would. */
  private final class Hold {
    private final Promise<Void> end = Promise.promise();
    private final Future<Void> held;

    Hold() throws Exception {
      Promise<Void> locked = Promise.promise();
      held = tables.inTransaction(tx -> lock(tx).onComplete(locked).compose(ok -> end.future()));
      await(locked.future());
    }

    private static Future<Void> lock(SqlConnection tx) {
      return tx.query("SELECT 1 FROM head FOR UPDATE").execute().mapEmpty();
    }

    void untilThereWait(int calls) throws Exception {
      until(
          calls + " wait for the lock",
          Duration.ofSeconds(2),
          () -> await(tables.query(WAITING, Tuple.tuple())).size() == calls);
    }

    void end() throws Exception {
      end.complete();
      await(held);
    }
  }
}
