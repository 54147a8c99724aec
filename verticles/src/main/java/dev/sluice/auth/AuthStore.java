package dev.sluice.auth;

import dev.sluice.contract.Auth;
import dev.sluice.contract.Problem;
import dev.sluice.platform.db.Database;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Users, sessions and API keys in the schema {@code auth}. */
final class AuthStore {
  private static final String USER_COLUMNS = "id, email, password_hash, roles, tier, created_at";

  private static final String ADD_USER =
      """
      INSERT INTO users (id, email, password_hash, roles, tier, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $6)
      """;
  private static final String USER_BY_EMAIL =
      "SELECT " + USER_COLUMNS + " FROM users WHERE email = $1";
  private static final String ANY_ADMIN = "SELECT 1 FROM users WHERE 'admin' = ANY (roles) LIMIT 1";

  private static final String ADD_SESSION =
      """
      INSERT INTO sessions (id, user_id, refresh_sha256, refreshed_at, created_at, expires_at)
      VALUES ($1, $2, $3, $4, $4, $5)
      """;
  private static final String ROTATE =
      """
      UPDATE sessions s
      SET refresh_sha256 = $2, previous_sha256 = $1, refreshed_at = $3, expires_at = $4
      FROM users u
      WHERE s.refresh_sha256 = $1 AND s.ended_at IS NULL AND s.expires_at > $3 AND u.id = s.user_id
      RETURNING s.id AS session_id, u.id, u.email, u.password_hash, u.roles, u.tier, u.created_at
      """;
  private static final String END_REUSED =
      """
      UPDATE sessions SET ended_at = $2
      WHERE previous_sha256 = $1 AND ended_at IS NULL AND refreshed_at < $3
      RETURNING id
      """;
  private static final String END_SESSION =
      "UPDATE sessions SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
  private static final String ENDED_SINCE =
      "SELECT id, ended_at FROM sessions WHERE ended_at > $1 ORDER BY ended_at DESC LIMIT 100000";
  private static final String PURGE_SESSIONS =
      """
      DELETE FROM sessions WHERE id IN (
        SELECT id FROM sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)
      """;

  private static final String ADD_KEY =
      """
      INSERT INTO api_keys (id, sha256, owner_id, name, tier, permissions, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      """;
  private static final String KEY_BY_HASH =
      """
      SELECT id, owner_id, tier, permissions FROM api_keys
      WHERE sha256 = $1 AND revoked_at IS NULL
      """;

  private static final String UNIQUE_VIOLATION = "23505";

  /** A user, and what only this room may see of it. */
  record Account(Auth.User user, String passwordHash) {}

  /** A session whose refresh token was just traded. */
  record Refreshed(String sessionId, Auth.User user) {}

  private final Database database;

  AuthStore(Database database) {
    this.database = database;
  }

  /** Fails with CONFLICT when the address has an account. */
  Future<Void> add(SqlConnection tx, Account account) {
    Auth.User user = account.user();
    return tx.preparedQuery(ADD_USER)
        .execute(
            Tuple.of(user.id(), user.email(), account.passwordHash())
                .addArrayOfString(user.roles().toArray(String[]::new))
                .addString(user.tier())
                .addOffsetDateTime(at(user.createdAt())))
        .<Void>mapEmpty()
        .recover(
            failure ->
                failure instanceof PgException e && UNIQUE_VIOLATION.equals(e.getSqlState())
                    ? Future.failedFuture(
                        Problem.CONFLICT.because("there is an account with this address already"))
                    : Future.failedFuture(failure));
  }

  Future<Optional<Account>> byEmail(String email) {
    return database
        .query(USER_BY_EMAIL, Tuple.of(email))
        .map(
            rows ->
                rows.size() == 0 ? Optional.empty() : Optional.of(account(rows.iterator().next())));
  }

  Future<Boolean> hasAdmin(SqlConnection tx) {
    return tx.query(ANY_ADMIN).execute().map(rows -> rows.size() > 0);
  }

  Future<Void> addSession(
      SqlConnection tx, String id, UUID user, String refreshSha256, Instant now, Instant until) {
    return tx.preparedQuery(ADD_SESSION)
        .execute(Tuple.of(id, user, refreshSha256, at(now), at(until)))
        .mapEmpty();
  }

  /** Trades one refresh token for another; empty when the old one is not good. */
  Future<Optional<Refreshed>> rotate(
      String oldSha256, String newSha256, Instant now, Instant until) {
    return database
        .query(ROTATE, Tuple.of(oldSha256, newSha256, at(now), at(until)))
        .map(
            rows -> {
              if (rows.size() == 0) {
                return Optional.empty();
              }
              Row row = rows.iterator().next();
              return Optional.of(new Refreshed(row.getString("session_id"), account(row).user()));
            });
  }

  /** Ends the session whose last refresh token this was, if it was traded longer ago than grace. */
  Future<Optional<String>> endReused(String oldSha256, Instant now, Duration grace) {
    return database
        .query(END_REUSED, Tuple.of(oldSha256, at(now), at(now.minus(grace))))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(rows.iterator().next().getString("id")));
  }

  Future<Void> endSession(String id, Instant now) {
    return database.query(END_SESSION, Tuple.of(id, at(now))).mapEmpty();
  }

  /** Sessions ended after {@code since}, and when. */
  Future<List<Auth.EndedSession>> endedSince(Instant since, Duration accessTtl) {
    return database
        .query(ENDED_SINCE, Tuple.of(at(since)))
        .map(
            rows -> {
              List<Auth.EndedSession> ended = new ArrayList<>(rows.size());
              for (Row row : rows) {
                Instant end = row.getOffsetDateTime("ended_at").toInstant();
                ended.add(new Auth.EndedSession(row.getString("id"), end.plus(accessTtl)));
              }
              return ended;
            });
  }

  Future<Void> purgeSessions(Instant expiredBefore) {
    return database.query(PURGE_SESSIONS, Tuple.of(at(expiredBefore))).mapEmpty();
  }

  Future<Void> addKey(SqlConnection tx, Auth.Key key, String sha256, String name, Instant now) {
    return tx.preparedQuery(ADD_KEY)
        .execute(
            Tuple.of(key.keyId(), sha256, key.ownerId(), name, key.tier())
                .addArrayOfString(key.permissions().toArray(String[]::new))
                .addOffsetDateTime(at(now)))
        .mapEmpty();
  }

  Future<Optional<Auth.Key>> key(String sha256) {
    return database
        .query(KEY_BY_HASH, Tuple.of(sha256))
        .map(
            rows -> {
              if (rows.size() == 0) {
                return Optional.empty();
              }
              Row row = rows.iterator().next();
              return Optional.of(
                  new Auth.Key(
                      row.getUUID("id"),
                      row.getUUID("owner_id"),
                      row.getString("tier"),
                      List.of(row.getArrayOfStrings("permissions"))));
            });
  }

  private static Account account(Row row) {
    Auth.User user =
        new Auth.User(
            row.getUUID("id"),
            row.getString("email"),
            List.of(row.getArrayOfStrings("roles")),
            row.getString("tier"),
            row.getOffsetDateTime("created_at").toInstant());
    return new Account(user, row.getString("password_hash"));
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
