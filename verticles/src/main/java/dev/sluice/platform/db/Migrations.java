package dev.sluice.platform.db;

import dev.sluice.contract.Problem;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a room's schema to where the code expects it, at start. Two folders of the class path
 * become one history: {@code dev/sluice/platform/db} with the tables every room has (idempotency,
 * outbox) in versions {@code V0_1__...}, {@code V0_2__...}, and {@code dev/sluice/<room>/db} with
 * the room's own in {@code V001__...}, {@code V002__...}. So neither ever takes the other's number;
 * a platform step that is younger than a room's steps is applied out of order, which is allowed for
 * this reason.
 *
 * <p>Several nodes may do this at the same time: the tool holds an advisory lock. It is the only
 * user of JDBC, and runs on a worker thread.
 */
public final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
  private static final Duration PAUSE = Duration.ofMillis(250);

  /** Longest silence of the server during a step; a large table's new index takes a while. */
  private static final Duration STEP_LIMIT = Duration.ofMinutes(10);

  private final Vertx vertx;
  private final PostgresConfig config;
  private final Time time;

  public Migrations(Vertx vertx, PostgresConfig config, Time time) {
    this.vertx = vertx;
    this.config = config;
    this.time = time;
  }

  /**
   * Creates the schema {@code room} if it is missing and applies what it lacks. Waits for the
   * server as long as the configured start time-out; fails with UNAVAILABLE after that, and at once
   * with the tool's own exception when a step is wrong.
   *
   * @return how many steps were applied
   */
  public Future<Integer> migrate(String room) {
    long giveUpAt = time.nanos() + config.startTimeout().toNanos();
    return attempt(room, giveUpAt);
  }

  private Future<Integer> attempt(String room, long giveUpAt) {
    return vertx
        .executeBlocking(() -> run(room), false)
        .recover(
            failure -> {
              if (!isNotThereYet(failure)) {
                return Future.failedFuture(failure);
              }
              if (time.nanos() > giveUpAt) {
                LOG.error("postgres at {} cannot be reached", config, failure);
                return Future.failedFuture(
                    Problem.UNAVAILABLE.because("postgres at " + config + " cannot be reached"));
              }
              LOG.info("waiting for postgres at {}", config);
              return vertx.timer(PAUSE.toMillis()).compose(fired -> attempt(room, giveUpAt));
            });
  }

  private int run(String room) {
    PgConnectOptions server = config.server();
    int applied =
        Flyway.configure(Migrations.class.getClassLoader())
            .dataSource(jdbcUrl(server), server.getUser(), server.getPassword())
            .schemas(room)
            .defaultSchema(room)
            .createSchemas(true)
            .table("flyway_schema_history")
            .locations("classpath:dev/sluice/platform/db", "classpath:dev/sluice/" + room + "/db")
            .failOnMissingLocations(false)
            .outOfOrder(true)
            .connectRetries(0)
            .load()
            .migrate()
            .migrationsExecuted;
    if (applied > 0) {
      LOG.info("schema {}: applied {} migrations", room, applied);
    }
    return applied;
  }

  private String jdbcUrl(PgConnectOptions server) {
    String mode = server.getSslMode().name().toLowerCase(Locale.ROOT).replace('_', '-');
    return "jdbc:postgresql://"
        + server.getHost()
        + ":"
        + server.getPort()
        + "/"
        + URLEncoder.encode(server.getDatabase(), StandardCharsets.UTF_8)
        + "?ApplicationName=sluice-migrations&sslmode="
        + mode
        + "&connectTimeout="
        + Math.max(1, config.connectTimeout().toSeconds())
        + "&loginTimeout="
        + Math.max(1, config.connectTimeout().toSeconds())
        + "&socketTimeout="
        + STEP_LIMIT.toSeconds();
  }

  /**
   * Refused or lost connections (08), a server that is starting up (57P03), no free slot (53300).
   */
  private static boolean isNotThereYet(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        String state = sql.getSQLState();
        return state.startsWith("08") || state.startsWith("57P") || state.startsWith("53");
      }
    }
    return false;
  }
}
