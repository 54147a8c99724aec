package dev.sluice.platform.db;

import dev.sluice.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Makes a request that creates something safe to repeat, as
 * draft-ietf-httpapi-idempotency-key-header has it: the first answer is stored with the thing it
 * created, in one transaction, and given again for the same key for 24 hours.
 *
 * <p>Two requests with one key at the same time are told apart by an advisory lock on schema,
 * caller and key that lives as long as the transaction: the later one does not wait, it is refused.
 * The lock is taken in a statement of its own, before the stored row is looked for, because a
 * statement sees what was committed when it began: in one statement the row of a request that has
 * just finished could be missed. The primary key stands behind it all.
 */
public final class Idempotency {

  private static final Duration KEPT = Duration.ofHours(24);
  private static final int LONGEST_KEY = 255;

  private static final String LOCK =
      """
      SELECT pg_try_advisory_xact_lock(
        hashtextextended(concat_ws(chr(31), current_schema(), $1::text, $2::text), 0))
      """;

  private static final String FIND =
      """
      SELECT fingerprint, response FROM idempotency
      WHERE caller = $1 AND key = $2 AND expires_at > now()
      """;

  private static final String STORE =
      """
      INSERT INTO idempotency (caller, key, fingerprint, response, created_at, expires_at)
      VALUES ($1, $2, $3, $4, now(), now() + $5 * interval '1 second')
      ON CONFLICT (caller, key) DO UPDATE
        SET fingerprint = excluded.fingerprint, response = excluded.response,
            created_at = excluded.created_at, expires_at = excluded.expires_at
        WHERE idempotency.expires_at <= now()
      """;

  private static final String PURGE =
      """
      DELETE FROM idempotency WHERE (caller, key) IN (
        SELECT caller, key FROM idempotency WHERE expires_at <= now()
        ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)
      """;

  /**
   * Runs {@code work} once for this caller and key, or gives its stored answer again.
   *
   * @param tx the transaction that {@code work} writes in; the answer is stored in it too
   * @param caller whose key it is: keys of different callers never meet
   * @param key at most 255 characters; null means not asked for, and just runs {@code work}
   * @param fingerprint of the request, so that a key cannot be used for another one
   * @param decode makes an answer from its stored text
   * @param encode makes the text to store
   * @return the answer; or INVALID for an overlong key, CONFLICT while a request with this key is
   *     still running, UNPROCESSABLE when the key was used for another request, or the failure of
   *     {@code work}, after which nothing is stored
   */
  public <T> Future<T> once(
      SqlConnection tx,
      String caller,
      String key,
      byte[] fingerprint,
      Function<String, T> decode,
      Function<T, String> encode,
      Supplier<Future<T>> work) {
    if (key == null) {
      return work.get();
    }
    if (key.isEmpty() || key.length() > LONGEST_KEY) {
      return Future.failedFuture(
          Problem.field("Idempotency-Key", "must have 1 to " + LONGEST_KEY + " characters"));
    }
    Buffer print = Buffer.buffer(fingerprint);
    return lock(tx, caller, key)
        .compose(locked -> tx.preparedQuery(FIND).execute(Tuple.of(caller, key)))
        .compose(
            found ->
                found.size() == 0
                    ? work.get()
                        .compose(
                            answer ->
                                store(tx, caller, key, print, encode.apply(answer)).map(answer))
                    : replay(found, print, decode));
  }

  /**
   * Deletes expired answers, at most {@code limit} of them, in one statement. A room calls it by a
   * timer, and again at once when it got {@code limit}.
   *
   * @return how many were deleted
   */
  public Future<Integer> purge(Database database, int limit) {
    return database.query(PURGE, Tuple.of(limit)).map(RowSet::rowCount);
  }

  private static Future<Void> lock(SqlConnection tx, String caller, String key) {
    return tx.preparedQuery(LOCK)
        .execute(Tuple.of(caller, key))
        .compose(
            rows ->
                rows.iterator().next().getBoolean(0)
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        Problem.CONFLICT
                            .because("a request with this Idempotency-Key is still running")
                            .retryAfter(Duration.ofSeconds(1))));
  }

  private static <T> Future<T> replay(
      RowSet<Row> found, Buffer fingerprint, Function<String, T> decode) {
    Row stored = found.iterator().next();
    if (!stored.getBuffer("fingerprint").equals(fingerprint)) {
      return Future.failedFuture(
          Problem.UNPROCESSABLE.because("this Idempotency-Key was used for another request"));
    }
    return Future.succeededFuture(decode.apply(stored.getString("response")));
  }

  private static Future<RowSet<Row>> store(
      SqlConnection tx, String caller, String key, Buffer fingerprint, String response) {
    return tx.preparedQuery(STORE)
        .execute(Tuple.of(caller, key, fingerprint, response, KEPT.toSeconds()));
  }
}
