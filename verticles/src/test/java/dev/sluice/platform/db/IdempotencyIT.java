package dev.sluice.platform.db;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Servers.Extension.class)
class IdempotencyIT {
  private final Vertx vertx = Vertx.vertx();
  private final Idempotency idempotency = new Idempotency();
  private final AtomicInteger runs = new AtomicInteger();
  private Database database;

  @BeforeEach
  void migrate(Servers servers) throws Exception {
    PostgresConfig config = PostgresConfig.at(servers.postgres().uri());
    await(new Migrations(vertx, config, Time.system()).migrate("idempotent"));
    database = new Database(vertx, config, "idempotent");
    await(database.query("TRUNCATE idempotency", Tuple.tuple()));
  }

  @AfterEach
  void close() throws Exception {
    await(database.close());
    await(vertx.close());
  }

  @Test
  void theSecondRequestGetsTheFirstAnswer() throws Exception {
    assertThat(await(once("ann", "k1", "body"))).isEqualTo("answer 1");
    assertThat(await(once("ann", "k1", "body"))).isEqualTo("answer 1");
    assertThat(runs).hasValue(1);
  }

  @Test
  void keysOfDifferentCallersNeverMeet() throws Exception {
    assertThat(await(once("ann", "k1", "body"))).isEqualTo("answer 1");
    assertThat(await(once("bob", "k1", "other"))).isEqualTo("answer 2");
    assertThat(await(once("annk", "1", "other"))).isEqualTo("answer 3");
  }

  @Test
  void withoutAKeyEveryRequestRuns() throws Exception {
    assertThat(await(once("ann", null, "body"))).isEqualTo("answer 1");
    assertThat(await(once("ann", null, "body"))).isEqualTo("answer 2");
    assertThat(stored()).isZero();
  }

  @Test
  void aKeyOfAnotherRequestIsUnprocessable() throws Exception {
    await(once("ann", "k1", "body"));
    assertProblem(Problem.UNPROCESSABLE, once("ann", "k1", "another body"));
    assertThat(runs).hasValue(1);
  }

  @Test
  void anOverlongKeyIsInvalid() throws Exception {
    assertProblem(Problem.INVALID, once("ann", "k".repeat(256), "body"));
    assertProblem(Problem.INVALID, once("ann", "", "body"));
  }

  @Test
  void aRequestThatIsStillRunningIsAConflict() throws Exception {
    Promise<Void> begun = Promise.promise();
    Promise<Void> mayEnd = Promise.promise();
    Future<String> first =
        once(
            "ann",
            "k1",
            "body",
            () -> {
              begun.complete();
              return mayEnd.future().map("slow answer");
            });
    await(begun.future());
    assertProblem(Problem.CONFLICT, once("ann", "k1", "body"));
    assertThat(await(once("ann", "k2", "body"))).isEqualTo("answer 1");
    mayEnd.complete();
    assertThat(await(first)).isEqualTo("slow answer");
    assertThat(await(once("ann", "k1", "body"))).isEqualTo("slow answer");
  }

  @Test
  void ofManyAtOnceExactlyOneRuns() throws Exception {
    var all = IntStream.range(0, 50).mapToObj(i -> once("ann", "k1", "body")).toList();
    await(Future.join(all).otherwiseEmpty());
    assertThat(runs).hasValue(1);
    for (Future<String> one : all) {
      if (one.succeeded()) {
        assertThat(one.result()).isEqualTo("answer 1");
      } else {
        assertThat(((Failure) one.cause()).problem()).isEqualTo(Problem.CONFLICT);
      }
    }
  }

  @Test
  void aFailureLeavesNothing() throws Exception {
    Future<String> failed =
        once("ann", "k1", "body", () -> Future.failedFuture(Problem.NOT_FOUND.because("no")));
    assertProblem(Problem.NOT_FOUND, failed);
    assertThat(stored()).isZero();
    assertThat(await(once("ann", "k1", "other body"))).isEqualTo("answer 1");
  }

  @Test
  void afterADayTheKeyIsFree() throws Exception {
    await(once("ann", "k1", "body"));
    await(once("ann", "k2", "body"));
    String lifetime = "SELECT extract(epoch FROM expires_at - created_at)::int FROM idempotency";
    assertThat(await(database.query(lifetime, Tuple.tuple())).iterator().next().getInteger(0))
        .isEqualTo(24 * 60 * 60);
    await(
        database.query(
            "UPDATE idempotency SET expires_at = now() WHERE key = 'k1'", Tuple.tuple()));
    assertThat(await(once("ann", "k1", "other body"))).isEqualTo("answer 3");
    assertThat(await(once("ann", "k1", "other body"))).isEqualTo("answer 3");
    assertThat(stored()).isEqualTo(2);
  }

  @Test
  void purgingIsBounded() throws Exception {
    for (int i = 0; i < 5; i++) {
      await(once("ann", "k" + i, "body"));
    }
    await(
        database.query(
            "UPDATE idempotency SET expires_at = now() WHERE key <> 'k0'", Tuple.tuple()));
    assertThat(await(idempotency.purge(database, 3))).isEqualTo(3);
    assertThat(await(idempotency.purge(database, 3))).isEqualTo(1);
    assertThat(await(idempotency.purge(database, 3))).isZero();
    assertThat(stored()).isEqualTo(1);
  }

  private Future<String> once(String caller, String key, String body) {
    return once(
        caller, key, body, () -> Future.succeededFuture("answer " + runs.incrementAndGet()));
  }

  private Future<String> once(
      String caller, String key, String body, Supplier<Future<String>> work) {
    return database.inTransaction(
        tx ->
            idempotency.once(
                tx,
                caller,
                key,
                body.getBytes(StandardCharsets.UTF_8),
                text -> text.substring(1),
                answer -> "!" + answer,
                work));
  }

  private long stored() throws Exception {
    return await(database.query("SELECT count(*) FROM idempotency", Tuple.tuple()))
        .iterator()
        .next()
        .getLong(0);
  }

  private static void assertProblem(Problem expected, Future<?> call) throws Exception {
    Throwable failure = awaitFailure(call);
    assertThat(failure).isInstanceOf(Failure.class);
    assertThat(((Failure) failure).problem()).isEqualTo(expected);
  }
}
