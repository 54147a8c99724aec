package dev.sluice.peers.orders;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import org.springframework.http.HttpStatus;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Orders are placed once for each key of a caller: the answer is stored in the transaction of the
 * order, and an advisory lock tells two requests at the same time apart. The statements are those
 * of Sluice.
 */
@Repository
class IdempotencyKeys {
  private static final Duration KEPT = Duration.ofHours(24);
  private static final int LONGEST = 255;

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

  private record Stored(byte[] fingerprint, String response) {}

  private final DatabaseClient database;
  private final JsonMapper json;

  IdempotencyKeys(DatabaseClient database, JsonMapper json) {
    this.database = database;
    this.json = json;
  }

  /** Does {@code work}, or answers what was answered to this key. To be called in a transaction. */
  Mono<Order> once(Caller caller, String key, Order.Create request, Mono<Order> work) {
    if (key.isEmpty() || key.length() > LONGEST) {
      return Mono.error(
          new ResponseStatusException(
              HttpStatus.BAD_REQUEST, "Idempotency-Key must have 1 to " + LONGEST + " characters"));
    }
    String owner = caller.userId().toString();
    byte[] fingerprint = fingerprint(request);
    Mono<Order> first =
        work.flatMap(order -> store(owner, key, fingerprint, order).thenReturn(order));
    return lock(owner, key)
        .then(find(owner, key))
        .map(stored -> replay(stored, fingerprint))
        .switchIfEmpty(first);
  }

  private Mono<Boolean> lock(String owner, String key) {
    return database
        .sql(LOCK)
        .bind(0, owner)
        .bind(1, key)
        .map(row -> row.get(0, Boolean.class))
        .one()
        .filter(locked -> locked)
        .switchIfEmpty(
            Mono.error(
                () ->
                    new ResponseStatusException(
                        HttpStatus.CONFLICT,
                        "a request with this Idempotency-Key is still running")));
  }

  private Mono<Stored> find(String owner, String key) {
    return database
        .sql(FIND)
        .bind(0, owner)
        .bind(1, key)
        .map(row -> new Stored(row.get(0, byte[].class), row.get(1, String.class)))
        .one();
  }

  private Order replay(Stored stored, byte[] fingerprint) {
    if (!Arrays.equals(stored.fingerprint(), fingerprint)) {
      throw new ResponseStatusException(
          HttpStatus.UNPROCESSABLE_CONTENT, "this Idempotency-Key was used for another request");
    }
    return json.readValue(stored.response(), Order.class);
  }

  private Mono<Void> store(String owner, String key, byte[] fingerprint, Order order) {
    return database
        .sql(STORE)
        .bind(0, owner)
        .bind(1, key)
        .bind(2, fingerprint)
        .bind(3, json.writeValueAsString(order))
        .bind(4, KEPT.toSeconds())
        .then();
  }

  private byte[] fingerprint(Order.Create request) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update("order.create".getBytes(StandardCharsets.UTF_8));
      return sha256.digest(json.writeValueAsBytes(request));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
