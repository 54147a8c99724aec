package dev.sluice.auth;

import dev.sluice.contract.Auth;
import dev.sluice.platform.db.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The RSA keys that sign access tokens: the same for all nodes, kept in the database with the
 * private part encrypted, made by the first node that finds none. The youngest signs; the others
 * are published as long as they are in the table.
 */
final class SigningKeys {
  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.signing_keys', 0))";
  private static final String ALL =
      "SELECT kid, public_key, private_key FROM signing_keys ORDER BY created_at DESC, kid";
  private static final String ADD =
      "INSERT INTO signing_keys (kid, public_key, private_key) VALUES ($1, $2, $3)";
  private static final int BITS = 2048;

  private final Vertx vertx;
  private final Database database;
  private final Secrets secrets;
  private List<Auth.Jwk> published = List.of();
  private JWTAuth signer;
  private String kid;

  SigningKeys(Vertx vertx, Database database, Secrets secrets) {
    this.vertx = vertx;
    this.database = database;
    this.secrets = secrets;
  }

  /** Reads the keys, and makes the first. */
  Future<Void> open() {
    return database
        .inTransaction(
            tx ->
                tx.query(LOCK)
                    .execute()
                    .compose(locked -> tx.query(ALL).execute())
                    .compose(rows -> rows.size() > 0 ? Future.succeededFuture(rows) : add(tx)))
        .compose(rows -> vertx.executeBlocking(() -> use(rows), false))
        .mapEmpty();
  }

  List<Auth.Jwk> published() {
    return published;
  }

  /** Signs; about a millisecond of work, so not on the event loop. */
  Future<String> sign(JsonObject claims) {
    JWTOptions options =
        new JWTOptions().setAlgorithm("RS256").setHeader(new JsonObject().put("kid", kid));
    return vertx.executeBlocking(() -> signer.generateToken(claims, options), false);
  }

  private Future<RowSet<Row>> add(SqlConnection tx) {
    return vertx
        .executeBlocking(SigningKeys::generate, false)
        .compose(
            pair ->
                tx.preparedQuery(ADD)
                    .execute(
                        Tuple.of(
                            Secrets.sha256(
                                    Base64.getEncoder()
                                        .encodeToString(pair.getPublic().getEncoded()))
                                .substring(0, 16),
                            Buffer.buffer(pair.getPublic().getEncoded()),
                            Buffer.buffer(secrets.encrypt(pair.getPrivate().getEncoded())))))
        .compose(added -> tx.query(ALL).execute());
  }

  private static KeyPair generate() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(BITS);
    return generator.generateKeyPair();
  }

  private Void use(RowSet<Row> rows) throws GeneralSecurityException {
    List<Auth.Jwk> all = new ArrayList<>();
    JWTAuth youngest = null;
    for (Row row : rows) {
      String id = row.getString("kid");
      all.add(jwk(id, row.getBuffer("public_key").getBytes()));
      if (youngest == null) {
        kid = id;
        youngest = signer(id, row.getBuffer("private_key").getBytes());
      }
    }
    published = List.copyOf(all);
    signer = youngest;
    return null;
  }

  private JWTAuth signer(String id, byte[] sealed) {
    byte[] pkcs8;
    try {
      pkcs8 = secrets.decrypt(sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "node.secret is not the one this database was set up with: the key that signs tokens"
              + " cannot be decrypted. Give the old secret, or delete the rows of auth.signing_keys"
              + " (all tokens end then)",
          e);
    }
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pkcs8)
            + "\n-----END PRIVATE KEY-----\n";
    return JWTAuth.create(
        vertx,
        new JWTAuthOptions()
            .addPubSecKey(new PubSecKeyOptions().setId(id).setAlgorithm("RS256").setBuffer(pem)));
  }

  private static Auth.Jwk jwk(String id, byte[] x509) throws GeneralSecurityException {
    RSAPublicKey key =
        (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(x509));
    return new Auth.Jwk(
        "RSA", id, "RS256", "sig", base64(key.getModulus()), base64(key.getPublicExponent()));
  }

  /** Unsigned, as RFC 7518 has it: without the zero byte BigInteger puts in front. */
  private static String base64(BigInteger number) {
    byte[] bytes = number.toByteArray();
    int from = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
    byte[] unsigned = java.util.Arrays.copyOfRange(bytes, from, bytes.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(unsigned);
  }
}
