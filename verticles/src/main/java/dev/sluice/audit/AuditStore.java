package dev.sluice.audit;

import dev.sluice.contract.Audit;
import dev.sluice.platform.db.Database;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** The log in its table. */
final class AuditStore {

  private static final String INSERT =
      """
      INSERT INTO audit_log (event_id, user_id, action, resource, timestamp, metadata)
      SELECT e.event_id, e.user_id, e.action, e.resource, e.at, e.metadata
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::jsonb[])
        WITH ORDINALITY AS e (event_id, user_id, action, resource, at, metadata, position)
      ORDER BY e.position
      ON CONFLICT (event_id) DO NOTHING
      """;

  private static final String PAGE =
      """
      SELECT id, user_id, action, resource, timestamp, metadata FROM audit_log
      WHERE id < $1 %s
      ORDER BY id DESC LIMIT $2
      """;

  // One text a question, and not one with "$3 IS NULL OR": each is read off an index of its own.
  private static final String OF_ALL = PAGE.formatted("");
  private static final String OF_USER = PAGE.formatted("AND user_id = $3");
  private static final String OF_RESOURCE = PAGE.formatted("AND resource = $3");
  private static final String OF_BOTH = PAGE.formatted("AND resource = $3 AND user_id = $4");

  private final Database database;

  AuditStore(Database database) {
    this.database = database;
  }

  /** Adds those whose event is not there yet, in this order, in one statement. */
  Future<Void> insert(List<AuditRow> rows) {
    Tuple columns =
        Tuple.tuple()
            .addArrayOfUUID(column(rows, AuditRow::eventId).toArray(UUID[]::new))
            .addArrayOfUUID(column(rows, AuditRow::userId).toArray(UUID[]::new))
            .addArrayOfString(column(rows, AuditRow::action).toArray(String[]::new))
            .addArrayOfString(column(rows, AuditRow::resource).toArray(String[]::new))
            .addArrayOfOffsetDateTime(
                column(rows, row -> row.timestamp().atOffset(ZoneOffset.UTC))
                    .toArray(OffsetDateTime[]::new))
            .addArrayOfJsonObject(column(rows, AuditStore::json).toArray(JsonObject[]::new));
    return database.query(INSERT, columns).mapEmpty();
  }

  /** Entries older than {@code after}, newest first. */
  Future<List<Audit.Entry>> page(AuditScope scope, AuditCursor after, String resource, int limit) {
    Tuple values = Tuple.of(after.id(), limit);
    String question;
    if (resource != null) {
      values.addString(resource);
      question = scope.all() ? OF_RESOURCE : OF_BOTH;
    } else {
      question = scope.all() ? OF_ALL : OF_USER;
    }
    return database
        .query(question, scope.all() ? values : values.addUUID(scope.userId()))
        .map(
            rows -> {
              List<Audit.Entry> entries = new ArrayList<>(rows.size());
              rows.forEach(row -> entries.add(entry(row)));
              return entries;
            });
  }

  private static <T> List<T> column(List<AuditRow> rows, Function<AuditRow, T> value) {
    List<T> column = new ArrayList<>(rows.size());
    rows.forEach(row -> column.add(value.apply(row)));
    return column;
  }

  private static JsonObject json(AuditRow row) {
    JsonObject json = new JsonObject();
    row.metadata().forEach(json::put);
    return json;
  }

  private static Audit.Entry entry(Row row) {
    Map<String, String> metadata = new HashMap<>();
    JsonObject stored = row.getJsonObject("metadata");
    if (stored != null) {
      stored.forEach(field -> metadata.put(field.getKey(), String.valueOf(field.getValue())));
    }
    return new Audit.Entry(
        row.getLong("id"),
        row.getUUID("user_id"),
        row.getString("action"),
        row.getString("resource"),
        row.getOffsetDateTime("timestamp").toInstant(),
        metadata);
  }
}
