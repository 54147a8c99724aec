package dev.sluice.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.codec.Caller;
import dev.sluice.codec.ContractJson;
import dev.sluice.codec.Envelope;
import dev.sluice.codec.Names;
import dev.sluice.contract.Order;
import dev.sluice.contract.Request;
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

/** Changes of orders: each in one transaction, and once for each Idempotency-Key of a caller. */
final class OrderChanges {
  private static final Logger LOG = LoggerFactory.getLogger(OrderChanges.class);
  private static final byte[] NO_FINGERPRINT = {};

  private final Database database;
  private final Idempotency idempotency = new Idempotency();

  OrderChanges(Database database) {
    this.database = database;
  }

  /**
   * Runs {@code change} in a transaction, or answers what it answered to this request and key
   * before.
   */
  Future<Order.View> once(
      Request<Order.View> request,
      Envelope call,
      Function<SqlConnection, Future<Order.View>> change) {
    String key = call.idempotencyKey();
    byte[] fingerprint = key == null ? NO_FINGERPRINT : fingerprint(request);
    return database.inTransaction(
        tx ->
            idempotency.once(
                tx,
                owner(call.caller()),
                key,
                fingerprint,
                OrderChanges::read,
                OrderChanges::written,
                () -> change.apply(tx)));
  }

  /** Forgets keys whose day is over; a failure is left to the next time. */
  void forget(int batch) {
    idempotency
        .purge(database, batch)
        .onSuccess(
            deleted -> {
              if (deleted == batch) {
                forget(batch);
              }
            })
        .onFailure(failure -> LOG.debug("expired keys stay for now: {}", failure.toString()));
  }

  /** Whose key it is: an account, or a node by its name. */
  private static String owner(Caller caller) {
    return caller.userId() == null ? caller.kind() + " " + caller.id() : caller.userId().toString();
  }

  /** The same for the same request, whatever JSON it was read from. */
  private static byte[] fingerprint(Request<Order.View> request) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(Names.of(request.getClass()).getBytes(StandardCharsets.UTF_8));
      return sha256.digest(ContractJson.tolerant().writeValueAsBytes(request));
    } catch (NoSuchAlgorithmException | JsonProcessingException e) {
      throw new IllegalStateException("every Java has SHA-256, every contract is JSON", e);
    }
  }

  private static String written(Order.View answer) {
    try {
      return ContractJson.tolerant().writeValueAsString(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every contract is JSON", e);
    }
  }

  private static Order.View read(String answer) {
    try {
      return ContractJson.tolerant().readValue(answer, Order.View.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored answer cannot be read", e);
    }
  }
}
