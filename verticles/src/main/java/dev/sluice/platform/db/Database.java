package dev.sluice.platform.db;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pool of one room, on the room's own schema. Names in SQL need no schema: it is the search
 * path.
 *
 * <p>Every call is bounded: by the acquire time-out while it waits for a connection, and by the
 * statement time-out after that, which is for a single statement or for a transaction as a whole.
 * The server is told the same limit, so a slow statement is normally ended there and its connection
 * lives on; when the server says nothing for 200 ms more, the connection is cut and never used
 * again.
 *
 * <p>Failures are those of {@link dev.sluice.contract.Failure}, except a {@link PgException} of
 * SQLSTATE class 23 (a constraint), which only the store can interpret. A failure while a
 * transaction commits leaves open whether it did: whoever tries again needs an idempotency key.
 */
public final class Database {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  /** What the server gets on top of the limit, to end a statement itself. */
  private static final Duration GRACE = Duration.ofMillis(200);

  private static final Pattern SCHEMA = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final int CACHED_STATEMENTS = 256;

  private final Vertx vertx;
  private final PostgresConfig config;
  private final String schema;
  private final Pool pool;
  private final AtomicReference<String> complaint = new AtomicReference<>();

  /**
   * @param schema the room's name: lower case letters, digits and underscores
   * @throws IllegalArgumentException if it is anything else, or the configured URI is none
   */
  public Database(Vertx vertx, PostgresConfig config, String schema) {
    if (!SCHEMA.matcher(schema).matches()) {
      throw new IllegalArgumentException("schema " + schema + ": must match " + SCHEMA);
    }
    this.vertx = vertx;
    this.config = config;
    this.schema = schema;
    this.pool =
        pool(
            session("sluice-" + schema),
            config.poolSize(),
            config.waitQueue(),
            config.acquireTimeout());
  }

  /** The schema all names of this database are in. */
  public String schema() {
    return schema;
  }

  /** One statement, in a transaction of its own. */
  public Future<RowSet<Row>> query(String sql, Tuple arguments) {
    return borrow(connection -> connection.preparedQuery(sql).execute(arguments));
  }

  /**
   * Runs {@code work} in a transaction: committed when its future succeeds, rolled back when it
   * fails or throws. The connection must not be used after the future completed.
   */
  public <T> Future<T> inTransaction(Function<SqlConnection, Future<T>> work) {
    return borrow(
        connection ->
            connection.begin().compose(transaction -> finish(transaction, connection, work)));
  }

  /** Succeeds when the server answers. */
  public Future<Void> ping() {
    return query("SELECT 1", Tuple.tuple()).mapEmpty();
  }

  /**
   * A connection of its own outside the pool, for what must outlive a call: a session's lock,
   * notifications.
   *
   * @param purpose shown in pg_stat_activity as {@code sluice-<schema>-<purpose>}
   * @param idleLimit the server ends the session when it hears nothing for this long
   */
  public Future<HeldConnection> hold(String purpose, Duration idleLimit) {
    PgConnectOptions session = session("sluice-" + schema + "-" + purpose);
    session.addProperty("idle_session_timeout", Long.toString(idleLimit.toMillis()));
    return HeldConnection.open(
        pool(session, 1, 0, config.connectTimeout().multipliedBy(2)), deadline());
  }

  /**
   * Lets calls in flight fail, closes all connections; done within two seconds whatever happens.
   */
  public Future<Void> close() {
    return pool.close().timeout(2, TimeUnit.SECONDS).otherwiseEmpty();
  }

  private <T> Future<T> finish(
      Transaction transaction, SqlConnection connection, Function<SqlConnection, Future<T>> work) {
    Future<T> done;
    try {
      done = work.apply(connection);
    } catch (RuntimeException thrown) {
      done = Future.failedFuture(thrown);
    }
    return done.compose(
        result -> transaction.commit().map(result),
        failure -> transaction.rollback().transform(ended -> Future.failedFuture(failure)));
  }

  private <T> Future<T> borrow(Function<SqlConnection, Future<T>> use) {
    return pool.getConnection()
        .recover(
            failure -> {
              complain(failure);
              return Future.failedFuture(
                  PostgresFailures.unavailable("gives no connection in time"));
            })
        .compose(connection -> bounded(connection, use))
        .recover(failure -> Future.failedFuture(PostgresFailures.of(failure)));
  }

  /** Says why, once for each new reason: a wrong password looks like an outage from outside. */
  private void complain(Throwable failure) {
    String reason = String.valueOf(failure.getMessage());
    if (!reason.equals(complaint.getAndSet(reason))) {
      LOG.warn("{}: no connection to postgres: {}", schema, reason);
    }
  }

  private <T> Future<T> bounded(SqlConnection connection, Function<SqlConnection, Future<T>> use) {
    // Without a handler the driver prints a stack trace; the call itself fails with the same news.
    connection.exceptionHandler(news -> LOG.debug("postgres ended a session", news));
    Future<T> used = use.apply(connection);
    return used.timeout(deadline().toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(
            result -> {
              if (result.cause() instanceof TimeoutException && !used.isComplete()) {
                Sockets.cut(connection);
              }
              connection.close();
            });
  }

  private Pool pool(PgConnectOptions session, int size, int waiting, Duration patience) {
    PoolOptions limits =
        new PoolOptions()
            .setName("postgres-" + schema)
            .setMaxSize(size)
            .setMaxWaitQueueSize(waiting)
            .setConnectionTimeout((int) patience.toMillis())
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
    return PgBuilder.pool()
        .with(limits)
        .with(transport())
        .connectingTo(session)
        .withConnectHandler(
            connection -> {
              BoundedLogins.loggedIn(connection);
              connection.close();
            })
        .using(new BoundedLogins(vertx, config.connectTimeout().toMillis()))
        .build();
  }

  private Duration deadline() {
    return config.statementTimeout().plus(GRACE);
  }

  private PgConnectOptions session(String name) {
    String limit = Long.toString(config.statementTimeout().toMillis());
    PgConnectOptions session = config.server();
    session
        .setCachePreparedStatements(true)
        .setPreparedStatementCacheMaxSize(CACHED_STATEMENTS)
        .addProperty("application_name", name)
        .addProperty("search_path", schema)
        .addProperty("statement_timeout", limit)
        // A transaction of a node that vanished must not keep its locks.
        .addProperty("idle_in_transaction_session_timeout", limit);
    return session;
  }

  private NetClientOptions transport() {
    return new NetClientOptions()
        .setConnectTimeout((int) config.connectTimeout().toMillis())
        .setTcpKeepAlive(true);
  }
}
