package dev.sluice.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.sluice.codec.ContractJson;
import dev.sluice.contract.Auth;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.platform.db.Database;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first admin and one API key a tier, for a database that has no admin. What they are is
 * written to a file before it is written to the database: a node that dies between the two reads
 * its own file at the next start, and nobody is locked out.
 */
final class Bootstrap {
  private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);
  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.bootstrap', 0))";
  private static final List<String> TIERS = List.of("free", "pro", "enterprise", "internal");
  private static final List<String> KEY_MAY = List.of("read:*", "write:*");

  private final Vertx vertx;
  private final Database database;
  private final AuthStore store;
  private final Passwords passwords;
  private final Secrets secrets;
  private final Time time;

  Bootstrap(
      Vertx vertx,
      Database database,
      AuthStore store,
      Passwords passwords,
      Secrets secrets,
      Time time) {
    this.vertx = vertx;
    this.database = database;
    this.store = store;
    this.passwords = passwords;
    this.secrets = secrets;
    this.time = time;
  }

  /** Does nothing when {@code file} is empty or there is an admin already. */
  Future<Void> run(String file) {
    if (file.isEmpty()) {
      return Future.succeededFuture();
    }
    Path path = Path.of(file).toAbsolutePath();
    return database.inTransaction(
        tx ->
            tx.query(LOCK)
                .execute()
                .compose(locked -> store.hasAdmin(tx))
                .compose(has -> has ? complain(path) : make(tx, path)));
  }

  private Future<Void> complain(Path path) {
    if (!Files.exists(path)) {
      LOG.warn(
          "there is an admin, but {} is gone; its password can't be read from the database", path);
    }
    return Future.succeededFuture();
  }

  private Future<Void> make(SqlConnection tx, Path path) {
    return vertx
        .executeBlocking(() -> credentials(path), false)
        .recover(failure -> Future.failedFuture(explained(path, failure)))
        .compose(
            given ->
                passwords
                    .hash(given.at("/admin/password").asText())
                    .compose(hash -> insert(tx, given, hash)));
  }

  private Future<Void> insert(SqlConnection tx, JsonNode given, String hash) {
    Auth.User admin =
        new Auth.User(
            UuidCreator.getTimeOrderedEpoch(),
            given.at("/admin/email").asText(),
            List.of(Roles.ADMIN, Roles.USER),
            "internal",
            time.now().truncatedTo(ChronoUnit.MICROS));
    Future<Void> done = store.add(tx, new AuthStore.Account(admin, hash));
    for (Map.Entry<String, JsonNode> entry : given.get("apiKeys").properties()) {
      Auth.Key key =
          new Auth.Key(UuidCreator.getTimeOrderedEpoch(), admin.id(), entry.getKey(), KEY_MAY);
      done =
          done.compose(
              added ->
                  store.addKey(
                      tx,
                      key,
                      Secrets.sha256(entry.getValue().asText()),
                      "bootstrap " + entry.getKey(),
                      time.now()));
    }
    return done;
  }

  /** As a Failure it passes through the transaction; anything else would be one of PostgreSQL's. */
  private static Failure explained(Path path, Throwable failure) {
    return Problem.INTERNAL.because(
        "auth.bootstrap_file " + path + " cannot be used: " + failure.getMessage());
  }

  /** An admin without a password, or no keys, would be worse than no start. */
  private static JsonNode whole(JsonNode given) {
    boolean admin =
        !given.at("/admin/email").asText().isEmpty()
            && !given.at("/admin/password").asText().isEmpty();
    for (String tier : TIERS) {
      if (!admin || given.path("apiKeys").path(tier).asText().isEmpty()) {
        throw new IllegalStateException(
            "it is there and is not {admin: {email, password}, apiKeys: "
                + TIERS
                + "}; move it away to have a new one made");
      }
    }
    return given;
  }

  private JsonNode credentials(Path path) throws IOException {
    if (Files.exists(path)) {
      return whole(ContractJson.tolerant().readTree(Files.readAllBytes(path)));
    }
    ObjectNode all = ContractJson.tolerant().createObjectNode();
    all.putObject("admin").put("email", "admin@sluice.local").put("password", secrets.token());
    ObjectNode keys = all.putObject("apiKeys");
    TIERS.forEach(tier -> keys.put(tier, "slk_" + secrets.token()));
    Path parent = path.getParent();
    Files.createDirectories(parent);
    Path draft =
        Files.createTempFile(
            parent,
            ".credentials",
            ".json",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    String json = ContractJson.tolerant().writerWithDefaultPrettyPrinter().writeValueAsString(all);
    Files.writeString(draft, json + "\n");
    Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
    return all;
  }
}
