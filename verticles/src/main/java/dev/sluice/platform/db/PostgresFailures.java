package dev.sluice.platform.db;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import io.vertx.core.VertxException;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what the driver reports into what a caller may be told. Three kinds come out: {@link
 * Problem#UNAVAILABLE} when the server is not there or has no room for us, the {@link PgException}
 * itself when a constraint spoke (class 23; only the store knows what its constraints mean), and
 * {@link Problem#INTERNAL} for all else, with the details in the log and none in the answer.
 */
final class PostgresFailures {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresFailures.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private PostgresFailures() {}

  /** The server cannot be had; {@code why} ends the sentence "postgres ...". */
  static Failure unavailable(String why) {
    return Problem.UNAVAILABLE.because("postgres " + why).retryAfter(RETRY_AFTER);
  }

  /** What a caller may see of this failure. Answers of the room itself pass through. */
  static Throwable of(Throwable failure) {
    if (failure instanceof ReplyException) {
      return failure;
    }
    if (failure instanceof PgException pg) {
      return ofServer(pg);
    }
    if (isLostConnection(failure)) {
      return unavailable("closed the connection");
    }
    if (failure instanceof TimeoutException) {
      return unavailable("did not answer in time");
    }
    return internal(failure);
  }

  private static Throwable ofServer(PgException pg) {
    String state = pg.getSqlState() == null ? "" : pg.getSqlState();
    if (state.startsWith("23")) {
      return pg;
    }
    if (state.equals("57014")) {
      return unavailable("did not finish a statement in time");
    }
    return isOutage(state) ? unavailable("refuses work (SQLSTATE " + state + ")") : internal(pg);
  }

  /**
   * Connection failures (08), refused logins (28), deadlocks and serialization (40), no resources
   * such as connections or disk (53), an operator's shutdown or start (57P), a lock that was not to
   * be had (55P03), sessions ended by a time-out (25P), and a primary that has become a replica
   * (25006): all pass with time.
   */
  private static boolean isOutage(String state) {
    return state.startsWith("08")
        || state.startsWith("28")
        || state.startsWith("40")
        || state.startsWith("53")
        || state.startsWith("57P")
        || state.startsWith("25P")
        || state.equals("25006")
        || state.equals("55P03");
  }

  private static boolean isLostConnection(Throwable failure) {
    if (failure instanceof ClosedConnectionException || failure instanceof IOException) {
      return true;
    }
    // The driver has no type for these: "Connection was closed", "Connection is not active now",
    // "Pending requests failed to be sent due to connection has been closed."
    return failure instanceof VertxException
        && failure.getMessage() != null
        && (failure.getMessage().startsWith("Connection ")
            || failure.getMessage().startsWith("Pending requests failed"));
  }

  private static Failure internal(Throwable failure) {
    LOG.error("a statement failed", failure);
    return Problem.INTERNAL.because("the request could not be done");
  }
}
