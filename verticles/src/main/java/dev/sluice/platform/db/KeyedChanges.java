package dev.sluice.platform.db;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.codec.Caller;
import dev.sluice.codec.ContractJson;
import dev.sluice.codec.Envelope;
import dev.sluice.codec.Names;
import dev.sluice.contract.Contract;
import dev.sluice.contract.Request;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A room's changes: each in one transaction, and once for each Idempotency-Key of a caller. The
 * answer is stored as the JSON of its contract.
 *
 * @param <R> what asks for a change
 * @param <A> what is answered
 */
public final class KeyedChanges<R extends Request<A>, A extends Contract> {
  private static final Logger LOG = LoggerFactory.getLogger(KeyedChanges.class);
  private static final byte[] NO_FINGERPRINT = {};

  private final Database database;
  private final Class<A> answer;
  private final Function<? super R, byte[]> identity;
  private final Idempotency idempotency = new Idempotency();

  /**
   * @param identity what makes it the same request when it is asked again with its key, such as
   *     {@link #all}; of it the SHA-256 is stored, so it must stay the same from version to version
   */
  public KeyedChanges(Database database, Class<A> answer, Function<? super R, byte[]> identity) {
    this.database = database;
    this.answer = answer;
    this.identity = identity;
  }

  /** Its name and all its fields, whatever JSON it was read from. */
  public static byte[] all(Request<?> request) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(Names.of(request.getClass()).getBytes(StandardCharsets.UTF_8));
    try {
      all.writeBytes(ContractJson.tolerant().writeValueAsBytes(request));
    } catch (JsonProcessingException e) {
      throw notJson(e);
    }
    return all.toByteArray();
  }

  /**
   * Runs {@code change} in a transaction, or answers what it answered to this request and key
   * before.
   *
   * @return the answer; failures are those of {@link Idempotency#once}, the database and the change
   */
  public Future<A> once(R request, Envelope call, Function<SqlConnection, Future<A>> change) {
    String key = call.idempotencyKey();
    byte[] fingerprint = key == null ? NO_FINGERPRINT : sha256(identity.apply(request));
    return database.inTransaction(
        tx ->
            idempotency.once(
                tx,
                owner(call.caller()),
                key,
                fingerprint,
                this::read,
                KeyedChanges::written,
                () -> change.apply(tx)));
  }

  /**
   * Forgets keys whose day is over, {@code batch} in a statement, until there are none; a failure
   * is left to the next time.
   */
  public void forget(int batch) {
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

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String written(Object contract) {
    try {
      return ContractJson.tolerant().writeValueAsString(contract);
    } catch (JsonProcessingException e) {
      throw notJson(e);
    }
  }

  private static IllegalStateException notJson(JsonProcessingException e) {
    return new IllegalStateException("every contract is JSON", e);
  }

  private A read(String stored) {
    try {
      return ContractJson.tolerant().readValue(stored, answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored answer cannot be read", e);
    }
  }
}
