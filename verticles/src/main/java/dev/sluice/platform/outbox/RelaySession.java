package dev.sluice.platform.outbox;

import dev.sluice.platform.db.Database;
import dev.sluice.platform.db.HeldConnection;
import dev.sluice.platform.kafka.OutgoingRecord;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The one connection of a relay: it holds the relay's lock, hears who writes, reads and deletes.
 * With it all of that ends.
 */
final class RelaySession {

  /** More rows than this are counted as this many, so that counting stays cheap. */
  static final int COUNTED = 10_000;

  private static final String LOCK =
      "SELECT pg_try_advisory_lock(hashtextextended('outbox:' || current_schema(), 0))";

  private static final String READ =
      """
      SELECT seq, topic, key, payload, headers FROM (
        SELECT *, sum(octet_length(payload)) OVER (ORDER BY seq) - octet_length(payload) AS before
        FROM (SELECT * FROM outbox ORDER BY seq LIMIT $1) head) sized
      WHERE before < $2 ORDER BY seq
      """;

  private static final String DELETE = "DELETE FROM outbox WHERE seq = ANY($1)";

  private static final String BURY =
      """
      WITH dead AS (DELETE FROM outbox WHERE seq = $1 RETURNING *)
      INSERT INTO outbox_dead (seq, event_id, topic, key, payload, headers, created_at, reason)
      SELECT seq, event_id, topic, key, payload, headers, created_at, $2 FROM dead
      """;

  private static final String BACKLOG =
      "SELECT count(*) FROM (SELECT 1 FROM outbox LIMIT " + COUNTED + ") head";

  private final HeldConnection connection;
  private final String schema;

  private RelaySession(HeldConnection connection, String schema) {
    this.connection = connection;
    this.schema = schema;
  }

  static Future<RelaySession> open(Database database, Duration sessionLimit) {
    return database
        .hold("outbox", sessionLimit)
        .map(connection -> new RelaySession(connection, database.schema()));
  }

  /** Says when somebody has written (once this session holds the lock), and when it has ended. */
  void listen(Runnable woken, Runnable ended) {
    connection.onNotification(channel -> woken.run());
    connection.onClose(ended);
  }

  void cut() {
    connection.cut();
  }

  /** Whether this connection has the relay's lock now; if so it also hears who writes. */
  Future<Boolean> lock() {
    return connection
        .query(LOCK, Tuple.tuple())
        .compose(
            rows ->
                rows.iterator().next().getBoolean(0)
                    ? connection.query("LISTEN outbox_" + schema, Tuple.tuple()).map(true)
                    : Future.succeededFuture(false));
  }

  /** The oldest rows, in order; at least one if there is any, however large. */
  Future<List<OutboxRow>> read(int limit, int bytes) {
    return connection.query(READ, Tuple.of(limit, bytes)).map(RelaySession::rows);
  }

  Future<Void> delete(List<OutboxRow> rows) {
    Long[] published = rows.stream().map(OutboxRow::seq).toArray(Long[]::new);
    return connection.query(DELETE, Tuple.tuple().addArrayOfLong(published)).mapEmpty();
  }

  Future<Void> bury(OutboxRow row, String reason) {
    return connection.query(BURY, Tuple.of(row.seq(), reason)).mapEmpty();
  }

  /** How many rows there are, counted to {@link #COUNTED}. */
  Future<Long> backlog() {
    return connection.query(BACKLOG, Tuple.tuple()).map(rows -> rows.iterator().next().getLong(0));
  }

  Future<Void> ping() {
    return connection.query("SELECT 1", Tuple.tuple()).mapEmpty();
  }

  private static List<OutboxRow> rows(RowSet<Row> found) {
    List<OutboxRow> rows = new ArrayList<>(found.size());
    for (Row row : found) {
      Map<String, String> headers = new HashMap<>();
      for (Map.Entry<String, Object> header : row.get(JsonObject.class, "headers")) {
        headers.put(header.getKey(), String.valueOf(header.getValue()));
      }
      rows.add(
          new OutboxRow(
              row.getLong("seq"),
              new OutgoingRecord(
                  row.getString("topic"),
                  row.getString("key"),
                  row.getBuffer("payload"),
                  headers)));
    }
    return rows;
  }
}
