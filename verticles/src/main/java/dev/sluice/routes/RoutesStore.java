package dev.sluice.routes;

import dev.sluice.contract.Routes;
import dev.sluice.platform.db.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Versions in the schema {@code routes}. */
final class RoutesStore {

  // One statement, so that the head and its version are of one moment.
  private static final String CURRENT =
      """
      SELECT h.version, v.author, v.stored_at, v.comment,
        CASE WHEN h.version IS DISTINCT FROM $1::bigint THEN coalesce(v.document, '') END AS document
      FROM head h LEFT JOIN versions v ON v.version = h.version
      """;

  private static final String VERSION =
      "SELECT version, author, stored_at, comment, document FROM versions WHERE version = $1";

  private static final String PAGE =
      """
      SELECT version, author, stored_at, comment, bytes FROM versions
      WHERE version < $1 ORDER BY version DESC LIMIT $2
      """;

  /** Who comes second waits here for the first, and then finds another version. */
  private static final String ADVANCE =
      "UPDATE head SET version = version + 1 WHERE version = $1 RETURNING version";

  private static final String HEAD = "SELECT version FROM head";

  private static final String INSERT =
      """
      INSERT INTO versions (version, document, bytes, author, stored_at, comment)
      VALUES ($1, $2, $3, $4, $5, $6)
      """;

  private static final String PRUNE = "DELETE FROM versions WHERE version <= $1";

  private final Database database;

  RoutesStore(Database database) {
    this.database = database;
  }

  /** The newest version, without its document when it is {@code known}, which may be null. */
  Future<Routes.Stored> current(Long known) {
    return database.query(CURRENT, Tuple.of(known)).map(rows -> stored(rows.iterator().next()));
  }

  Future<Optional<Routes.Stored>> version(long version) {
    return database.query(VERSION, Tuple.of(version)).map(RoutesStore::first);
  }

  /** Versions older than {@code after}, newest first. */
  Future<List<Routes.Entry>> page(RoutesCursor after, int limit) {
    return database
        .query(PAGE, Tuple.of(after.version(), limit))
        .map(
            rows -> {
              List<Routes.Entry> entries = new ArrayList<>(rows.size());
              rows.forEach(row -> entries.add(entry(row)));
              return entries;
            });
  }

  /**
   * Makes the version after {@code basis} the newest, and holds the lock on it until the
   * transaction ends; empty when {@code basis} is not the newest.
   */
  Future<Optional<Long>> advance(SqlConnection tx, long basis) {
    return tx.preparedQuery(ADVANCE)
        .execute(Tuple.of(basis))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(rows.iterator().next().getLong(0)));
  }

  /** The newest version as the transaction sees it. */
  Future<Long> head(SqlConnection tx) {
    return tx.preparedQuery(HEAD).execute().map(rows -> rows.iterator().next().getLong(0));
  }

  Future<Void> insert(SqlConnection tx, Routes.Stored stored) {
    String document = stored.document();
    return tx.preparedQuery(INSERT)
        .execute(
            Tuple.of(
                stored.version(),
                document,
                document.getBytes(StandardCharsets.UTF_8).length,
                stored.author(),
                at(stored.at()),
                stored.comment()))
        .mapEmpty();
  }

  /** Gives up {@code last} and all before it. */
  Future<Void> prune(SqlConnection tx, long last) {
    return tx.preparedQuery(PRUNE).execute(Tuple.of(last)).mapEmpty();
  }

  private static Optional<Routes.Stored> first(RowSet<Row> rows) {
    return rows.size() == 0 ? Optional.empty() : Optional.of(stored(rows.iterator().next()));
  }

  private static Routes.Stored stored(Row row) {
    OffsetDateTime at = row.getOffsetDateTime("stored_at");
    return new Routes.Stored(
        row.getLong("version"),
        row.getString("document"),
        row.getString("author"),
        at == null ? null : at.toInstant(),
        row.getString("comment"));
  }

  private static Routes.Entry entry(Row row) {
    return new Routes.Entry(
        row.getLong("version"),
        row.getString("author"),
        row.getOffsetDateTime("stored_at").toInstant(),
        row.getString("comment"),
        row.getInteger("bytes"));
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
