package dev.sluice.platform.db;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.Waiting;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Servers.Extension.class)
class DatabaseIT {
  private static final Duration STATEMENT = Duration.ofSeconds(1);
  private static final Duration ACQUIRE = Duration.ofMillis(500);

  /** A call may wait for a connection and then for an answer, and the clock of a busy machine. */
  private static final Duration LONGEST_CALL = STATEMENT.plus(ACQUIRE).plusMillis(700);

  private final Vertx vertx = Vertx.vertx();
  private final List<Database> opened = new ArrayList<>();

  @BeforeEach
  void createTable(Servers servers) throws Exception {
    Database database = open(servers.postgres().uri(), 2, 10);
    await(database.query("CREATE SCHEMA IF NOT EXISTS things", Tuple.tuple()));
    await(database.query("CREATE TABLE IF NOT EXISTS thing (id int PRIMARY KEY)", Tuple.tuple()));
    await(database.query("TRUNCATE thing", Tuple.tuple()));
  }

  @AfterEach
  void close() throws Exception {
    for (Database database : opened) {
      await(database.close());
    }
    await(vertx.close());
  }

  @Test
  void aRefusedConnectionIsUnavailable() throws Exception {
    int nobody;
    try (ServerSocket free = new ServerSocket(0)) {
      nobody = free.getLocalPort();
    }
    Database database = open("postgresql://a:b@127.0.0.1:" + nobody + "/c", 2, 10);
    assertUnavailable(database.query("SELECT 1", Tuple.tuple()));
    assertUnavailable(database.ping());
    assertUnavailable(database.inTransaction(tx -> Future.succeededFuture()));
  }

  @Test
  void aWrongPasswordIsUnavailableAndNotTold(Servers servers) throws Exception {
    String uri = servers.postgres().uri().replaceFirst(":[^:@/]+@", ":wrong@");
    Failure failure = assertUnavailable(open(uri, 2, 10).ping());
    assertThat(failure.detail()).startsWith("postgres ").doesNotContain("password", "sluice");
  }

  @Test
  void aPausedServerFailsCallsInTimeAndServesAgainWhenItGoesOn(Servers servers) throws Exception {
    Database database = open(servers.postgres().uri(), 4, 50);
    warm(database, 2);
    servers.postgres().pause();
    try {
      for (int round = 0; round < 3; round++) {
        assertThat(Waiting.time(() -> database.ping())).isLessThan(LONGEST_CALL);
        assertThat(Waiting.time(() -> database.inTransaction(tx -> Future.succeededFuture())))
            .isLessThan(LONGEST_CALL);
        assertUnavailable(database.ping());
      }
    } finally {
      servers.postgres().resume();
    }
    assertServesWithin5Seconds(database);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void noConnectionHangsOnAServerThatIsPaused(Servers servers) throws Exception {
    long others = sockets(servers);
    Database database = open(servers.postgres().uri(), 3, 50);
    warm(database, 3);
    assertThat(sockets(servers)).isEqualTo(others + 3);
    servers.postgres().pause();
    try {
      // The first calls hang in a statement, the later ones in a login: both must leave the socket.
      IntStream.range(0, 3).forEach(i -> database.ping());
      until("statements are cut", Duration.ofSeconds(3), () -> sockets(servers) == others);
      IntStream.range(0, 3).forEach(i -> database.ping());
      until("logins are tried", Duration.ofSeconds(3), () -> sockets(servers) == others + 3);
      until("logins are cut", Duration.ofSeconds(3), () -> sockets(servers) == others);
    } finally {
      servers.postgres().resume();
    }
    assertServesWithin5Seconds(database);
  }

  @Test
  void callsInFlightFailWhenTheServerIsPausedUnderThem(Servers servers) throws Exception {
    Database database = open(servers.postgres().uri(), 1, 50);
    int before = await(backend(database));
    Future<Object> stuck =
        database.inTransaction(
            tx -> {
              servers.postgres().pause();
              return tx.query("SELECT 1").execute().mapEmpty();
            });
    try {
      assertUnavailable(stuck);
    } finally {
      servers.postgres().resume();
    }
    assertServesWithin5Seconds(database);
    assertThat(await(backend(database)))
        .as("a connection that hung is not used again")
        .isNotEqualTo(before);
  }

  @Test
  void aRestartCostsCallsOnlyWhileTheServerIsAway(Servers servers) throws Exception {
    Database database = open(servers.postgres().uri(), 10, 200);
    warm(database, 10);
    for (boolean gentle : new boolean[] {true, false}) {
      if (gentle) {
        servers.postgres().stop();
      } else {
        servers.postgres().kill();
      }
      IntStream.range(0, 20).forEach(i -> database.ping());
      assertUnavailable(database.ping());
      servers.postgres().start();
      assertServesWithin5Seconds(database);
      warm(database, 10);
    }
  }

  @Test
  void aFullPoolRefusesAtOnceAndAWaitingCallInTime(Servers servers) throws Exception {
    Database database = open(servers.postgres().uri(), 1, 1);
    warm(database, 1);
    Future<?> slow = database.query("SELECT pg_sleep(0.9)", Tuple.tuple());
    Future<?> waiting = database.ping();
    assertThat(Waiting.time(() -> database.ping())).isLessThan(Duration.ofMillis(250));
    assertUnavailable(database.ping());
    assertUnavailable(waiting);
    await(slow);
    await(database.ping());
  }

  @Test
  void aSlowStatementIsEndedByTheServerAndItsConnectionLivesOn(Servers servers) throws Exception {
    Database database = open(servers.postgres().uri(), 1, 1);
    int before = await(backend(database));
    assertUnavailable(database.query("SELECT pg_sleep(20)", Tuple.tuple()));
    assertThat(await(backend(database))).isEqualTo(before);
  }

  @Test
  void aTransactionThatTakesTooLongIsCutAndRolledBack(Servers servers) throws Exception {
    Database database = open(servers.postgres().uri(), 1, 1);
    int before = await(backend(database));
    assertUnavailable(
        database.inTransaction(
            tx ->
                tx.query("INSERT INTO thing VALUES (7)")
                    .execute()
                    .compose(done -> vertx.timer(5000).map(0))));
    assertThat(await(backend(database))).isNotEqualTo(before);
    assertThat(await(count(database))).isZero();
  }

  @Test
  void aConstraintIsLeftToTheStoreAndADefectIsNotTold(Servers servers) throws Exception {
    Database database = open(servers.postgres().uri(), 2, 10);
    await(database.query("INSERT INTO thing VALUES ($1)", Tuple.of(1)));
    Throwable duplicate =
        awaitFailure(database.query("INSERT INTO thing VALUES ($1)", Tuple.of(1)));
    assertThat(duplicate).isInstanceOf(PgException.class);
    assertThat(((PgException) duplicate).getSqlState()).isEqualTo("23505");
    assertInternal(database.query("SELECT nothing FROM nowhere", Tuple.tuple()));
    assertInternal(database.query("SELECT $1::int", Tuple.of("x", "y")));
    assertInternal(
        database.inTransaction(
            tx -> {
              throw new IllegalStateException("secret");
            }));
  }

  @Test
  void aTransactionIsCommittedWholeOrNotAtAll(Servers servers) throws Exception {
    Database database = open(servers.postgres().uri(), 2, 10);
    Throwable own =
        awaitFailure(
            database.inTransaction(
                tx ->
                    tx.query("INSERT INTO thing VALUES (1)")
                        .execute()
                        .compose(
                            done ->
                                Future.failedFuture(Problem.NOT_FOUND.because("no such thing")))));
    assertThat(((Failure) own).problem()).isEqualTo(Problem.NOT_FOUND);
    assertThat(await(count(database))).isZero();
    // The server has given the transaction up by then: success must not be told.
    Throwable swallowed =
        awaitFailure(
            database.inTransaction(
                tx ->
                    tx.query("INSERT INTO thing VALUES (1), (1)")
                        .execute()
                        .mapEmpty()
                        .otherwiseEmpty()));
    assertThat(swallowed).isInstanceOf(Failure.class);
    await(database.inTransaction(tx -> tx.query("INSERT INTO thing VALUES (1), (2)").execute()));
    assertThat(await(count(database))).isEqualTo(2);
  }

  @Test
  void closeReturnsWhileTheServerIsPaused(Servers servers) throws Exception {
    Database database = open(servers.postgres().uri(), 2, 10);
    warm(database, 2);
    servers.postgres().pause();
    try {
      assertThat(Waiting.time(() -> database.close())).isLessThan(Duration.ofSeconds(3));
    } finally {
      servers.postgres().resume();
    }
  }

  private Database open(String uri, int poolSize, int waitQueue) {
    PostgresConfig config =
        new PostgresConfig(
            uri,
            "",
            "",
            poolSize,
            waitQueue,
            Duration.ofMillis(500),
            ACQUIRE,
            STATEMENT,
            Duration.ofSeconds(30));
    Database database = new Database(vertx, config, "things");
    opened.add(database);
    return database;
  }

  private static void warm(Database database, int connections) throws Exception {
    await(
        Future.all(
            IntStream.range(0, connections)
                .mapToObj(i -> database.query("SELECT pg_sleep(0.05)", Tuple.tuple()))
                .toList()));
  }

  private static Future<Integer> backend(Database database) {
    return database
        .query("SELECT pg_backend_pid()", Tuple.tuple())
        .map(rows -> rows.iterator().next().getInteger(0));
  }

  private static Future<Long> count(Database database) {
    Future<RowSet<Row>> counted = database.query("SELECT count(*) FROM thing", Tuple.tuple());
    return counted.map(rows -> rows.iterator().next().getLong(0));
  }

  /** Connections this machine has open to the server, as the kernel lists them. */
  private static long sockets(Servers servers) throws Exception {
    String toServer = String.format("0100007F:%04X 01 ", servers.postgres().port());
    long found = 0;
    for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
      if (Files.exists(Path.of(table))) {
        try (Stream<String> lines = Files.lines(Path.of(table))) {
          found += lines.filter(line -> line.contains(toServer)).count();
        }
      }
    }
    return found;
  }

  /** Well means: as many calls in a row as the pool has connections, twice. */
  private static void assertServesWithin5Seconds(Database database) throws Exception {
    until(
        "twenty calls at once succeed",
        Duration.ofSeconds(5),
        () ->
            awaitFailure(Future.all(IntStream.range(0, 20).mapToObj(i -> database.ping()).toList()))
                == null);
  }

  private static Failure assertUnavailable(Future<?> call) throws Exception {
    Throwable cause = awaitFailure(call);
    assertThat(cause).isInstanceOf(Failure.class);
    Failure failure = (Failure) cause;
    assertThat(failure.problem()).as(failure.detail()).isEqualTo(Problem.UNAVAILABLE);
    assertThat(failure.detail()).startsWith("postgres ");
    assertThat(failure.retryAfter()).contains(Duration.ofSeconds(1));
    return failure;
  }

  private static void assertInternal(Future<?> call) throws Exception {
    Throwable cause = awaitFailure(call);
    assertThat(cause).isInstanceOf(Failure.class);
    assertThat(((Failure) cause).problem()).isEqualTo(Problem.INTERNAL);
    assertThat(cause.getMessage()).doesNotContain("nowhere", "SELECT", "secret", "int");
  }
}
