package dev.sluice.platform.db;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * One connection held for long, outside a room's pool: for session locks and notifications, which
 * end with it. It does not come back by itself; its owner opens a new one. Statements are bounded
 * like those of {@link Database}: one that is not answered in time ends the connection.
 *
 * <p>Used from one Vert.x context; handlers run there too.
 */
public final class HeldConnection {
  private final Pool pool;
  private final PgConnection connection;
  private final Duration deadline;

  private HeldConnection(Pool pool, PgConnection connection, Duration deadline) {
    this.pool = pool;
    this.connection = connection;
    this.deadline = deadline;
  }

  /** Takes the only connection of a pool of one, because a pool is where the login is bounded. */
  static Future<HeldConnection> open(Pool pool, Duration deadline) {
    return pool.getConnection()
        .transform(
            opened -> {
              if (opened.failed()) {
                pool.close();
                return Future.failedFuture(PostgresFailures.unavailable("cannot be connected to"));
              }
              SqlConnection connection = opened.result();
              connection.exceptionHandler(news -> {});
              return Future.succeededFuture(
                  new HeldConnection(pool, PgConnection.cast(connection), deadline));
            });
  }

  /** One statement; it follows those sent before it on this connection. */
  public Future<RowSet<Row>> query(String sql, Tuple arguments) {
    Future<RowSet<Row>> sent = connection.preparedQuery(sql).execute(arguments);
    return sent.timeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
        .recover(
            failure -> {
              if (failure instanceof TimeoutException && !sent.isComplete()) {
                cut();
              }
              return Future.failedFuture(PostgresFailures.of(failure));
            });
  }

  /**
   * Calls {@code listener} with the channel of every notification; LISTEN is a query of its own.
   */
  public void onNotification(Consumer<String> listener) {
    connection.notificationHandler(notification -> listener.accept(notification.getChannel()));
  }

  /** Calls {@code listener} once when the connection has ended, whoever ended it. */
  public void onClose(Runnable listener) {
    connection.closeHandler(ended -> listener.run());
  }

  /** The server's process for this connection, as in pg_stat_activity. */
  public int processId() {
    return connection.processId();
  }

  /** Ends the connection at once; what is pending fails, the server gives up its locks. */
  public void cut() {
    Sockets.cut(connection);
    pool.close();
  }
}
