package dev.sluice.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.codec.Caller;
import dev.sluice.codec.ContractJson;
import dev.sluice.codec.Envelope;
import dev.sluice.contract.Routes;
import dev.sluice.platform.db.Database;
import dev.sluice.platform.db.Idempotency;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes of the routes: each in one transaction, and once for each Idempotency-Key of a caller.
 */
final class RoutesChanges {
  private static final Logger LOG = LoggerFactory.getLogger(RoutesChanges.class);
  private static final byte[] NO_FINGERPRINT = {};

  /** Keys whose day is over go with each change, and each change adds one at most. */
  private static final int PURGE_BATCH = 100;

  private final Database database;
  private final Idempotency idempotency = new Idempotency();

  RoutesChanges(Database database) {
    this.database = database;
  }

  /**
   * Runs {@code change} in a transaction, or answers what it answered to this request and key
   * before.
   */
  Future<Routes.Stored> once(
      Routes.Store request, Envelope call, Function<SqlConnection, Future<Routes.Stored>> change) {
    String key = call.idempotencyKey();
    byte[] fingerprint = key == null ? NO_FINGERPRINT : fingerprint(request);
    return database.inTransaction(
        tx ->
            idempotency.once(
                tx,
                owner(call.caller()),
                key,
                fingerprint,
                RoutesChanges::read,
                RoutesChanges::written,
                () -> change.apply(tx)));
  }

  /** Forgets keys whose day is over; a failure is left to the next time. */
  void forget() {
    idempotency
        .purge(database, PURGE_BATCH)
        .onFailure(failure -> LOG.debug("expired keys stay for now: {}", failure.toString()));
  }

  /** Whose key it is: an account, or a node by its name. */
  private static String owner(Caller caller) {
    return caller.userId() == null ? caller.kind() + " " + caller.id() : caller.userId().toString();
  }

  /** Without the basis: who asks again after an answer was lost finds his own version there. */
  private static byte[] fingerprint(Routes.Store request) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      String comment = request.comment() == null ? "-" : "+" + request.comment();
      sha256.update(comment.getBytes(StandardCharsets.UTF_8));
      sha256.update((byte) 0); // neither text can have it
      return sha256.digest(request.document().getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String written(Routes.Stored answer) {
    try {
      return ContractJson.tolerant().writeValueAsString(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every contract is JSON", e);
    }
  }

  private static Routes.Stored read(String answer) {
    try {
      return ContractJson.tolerant().readValue(answer, Routes.Stored.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored answer cannot be read", e);
    }
  }
}
