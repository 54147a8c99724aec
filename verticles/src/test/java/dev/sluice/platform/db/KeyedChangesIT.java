package dev.sluice.platform.db;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.codec.Caller;
import dev.sluice.codec.Envelope;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Routes;
import dev.sluice.platform.time.Time;
import dev.sluice.platform.trace.TraceContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Servers.Extension.class)
class KeyedChangesIT {
  private static final Routes.Store ASKED = new Routes.Store("routes: {}", 0, "why");
  private static final Routes.Store OTHER = new Routes.Store("routes: {}", 1, "why");

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger runs = new AtomicInteger();
  private Database database;
  private KeyedChanges<Routes.Store, Routes.Stored> changes;

  @BeforeEach
  void migrate(Servers servers) throws Exception {
    PostgresConfig config = PostgresConfig.at(servers.postgres().uri());
    await(new Migrations(vertx, config, Time.system()).migrate("keyed"));
    database = new Database(vertx, config, "keyed");
    await(database.query("TRUNCATE idempotency", Tuple.tuple()));
    changes = new KeyedChanges<>(database, Routes.Stored.class, KeyedChanges::all);
  }

  @AfterEach
  void close() throws Exception {
    await(database.close());
    await(vertx.close());
  }

  private static Caller user() {
    return new Caller(
        Caller.Kind.USER, UUID.randomUUID(), "s", "a@example.com", List.of(), List.of(), "free");
  }

  private static Envelope call(Caller caller, String key) {
    return new Envelope(caller, Long.MAX_VALUE, "correlation", TraceContext.begin(), key);
  }

  private Future<Routes.Stored> run(SqlConnection tx) {
    return Future.succeededFuture(
        new Routes.Stored(runs.incrementAndGet(), null, "ann", null, "why"));
  }

  private Future<Routes.Stored> ask(Routes.Store request, Caller caller, String key) {
    return changes.once(request, call(caller, key), this::run);
  }

  private long count() throws Exception {
    return await(database.query("SELECT count(*) FROM idempotency", Tuple.tuple()))
        .iterator()
        .next()
        .getLong(0);
  }

  @Test
  void theSameRequestGetsTheFirstAnswerAndAnotherNone() throws Exception {
    Caller ann = user();
    Routes.Stored first = await(ask(ASKED, ann, "k"));
    assertThat(await(ask(ASKED, ann, "k"))).isEqualTo(first);
    assertThat(((Failure) awaitFailure(ask(OTHER, ann, "k"))).problem())
        .isEqualTo(Problem.UNPROCESSABLE);
    assertThat(await(ask(ASKED, user(), "k")).version()).as("of somebody else").isEqualTo(2);
    assertThat(await(ask(ASKED, ann, null)).version()).as("without a key").isEqualTo(3);
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void whatMakesItTheSameIsForWhoMadeItToSay() throws Exception {
    changes = new KeyedChanges<>(database, Routes.Stored.class, asked -> new byte[] {1});
    Caller ann = user();
    Routes.Stored first = await(ask(ASKED, ann, "k"));
    assertThat(await(ask(OTHER, ann, "k"))).isEqualTo(first);
  }

  /** A node of the version before stored the same, and a key is good for a day. */
  @Test
  void whatIsStoredStaysTheSame() throws Exception {
    await(ask(ASKED, user(), "k"));
    String json = "{\"document\":\"routes: {}\",\"basis\":0,\"comment\":\"why\"}";
    byte[] expected =
        MessageDigest.getInstance("SHA-256")
            .digest(("routes.store" + json).getBytes(StandardCharsets.UTF_8));
    assertThat(
            await(database.query("SELECT fingerprint FROM idempotency", Tuple.tuple()))
                .iterator()
                .next()
                .getBuffer(0)
                .getBytes())
        .isEqualTo(expected);
  }

  @Test
  void aFailureLeavesNothing() throws Exception {
    Caller ann = user();
    Future<Routes.Stored> failed =
        changes.once(
            ASKED,
            call(ann, "k"),
            tx ->
                tx.preparedQuery("INSERT INTO idempotency VALUES ('x', 'y', '', '', now(), now())")
                    .execute()
                    .compose(added -> Future.failedFuture(Problem.NOT_FOUND.because("no"))));
    assertThat(((Failure) awaitFailure(failed)).problem()).isEqualTo(Problem.NOT_FOUND);
    assertThat(count()).isZero();
    assertThat(await(ask(OTHER, ann, "k")).version()).isEqualTo(1);
  }

  @Test
  void allKeysWhoseDayIsOverAreForgotten() throws Exception {
    Caller ann = user();
    for (int i = 0; i < 5; i++) {
      await(ask(ASKED, ann, "k" + i));
    }
    await(
        database.query(
            "UPDATE idempotency SET expires_at = now() WHERE key <> 'k0'", Tuple.tuple()));
    changes.forget(2);
    until("they are gone", Duration.ofSeconds(10), () -> count() == 1);
  }
}
