package dev.sluice.auth;

import static dev.sluice.Waiting.await;

import dev.sluice.platform.db.Database;
import dev.sluice.platform.db.PostgresConfig;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes tokens of every kind. It knows the key the node signs with, from the database and the
 * secret of the tests, so that a token can be wrong in one thing only.
 *
 * @param kid what the node calls its key
 * @param ours the node's key
 * @param theirs a key the node has never seen
 */
record Forge(String kid, PrivateKey ours, PublicKey published, PrivateKey theirs) {
  private static final String SECRET = "a secret of the tests of 32 characters";

  static Forge open(String postgres) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Database database = new Database(vertx, PostgresConfig.at(postgres), "auth");
      Row row =
          await(
                  database.query(
                      "SELECT kid, public_key, private_key FROM signing_keys"
                          + " ORDER BY created_at DESC, kid LIMIT 1",
                      Tuple.tuple()))
              .iterator()
              .next();
      KeyFactory rsa = KeyFactory.getInstance("RSA");
      byte[] pkcs8 = new Secrets(SECRET).decrypt(row.getBuffer("private_key").getBytes());
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return new Forge(
          row.getString("kid"),
          rsa.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)),
          rsa.generatePublic(new X509EncodedKeySpec(row.getBuffer("public_key").getBytes())),
          generator.generateKeyPair().getPrivate());
    } finally {
      await(vertx.close());
    }
  }

  /** The header of a good token. */
  JsonObject header() {
    return new JsonObject().put("alg", "RS256").put("typ", "JWT").put("kid", kid);
  }

  static String sign(PrivateKey key, JsonObject header, JsonObject claims) throws Exception {
    return sign(key, header.encode(), claims.encode());
  }

  static String sign(PrivateKey key, String header, String claims) throws Exception {
    String signed = unsigned(header, claims);
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + base64(signature.sign());
  }

  /** The mistake of old libraries: the public key taken for the secret of an HMAC. */
  static String hmac(byte[] secret, JsonObject header, JsonObject claims) throws Exception {
    String signed = unsigned(header.encode(), claims.encode());
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
  }

  static String unsigned(String header, String claims) {
    return base64(header.getBytes(StandardCharsets.UTF_8))
        + "."
        + base64(claims.getBytes(StandardCharsets.UTF_8));
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The claims of a token, not looked at closer. */
  static JsonObject claims(String token) {
    return new JsonObject(
        new String(
            Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8));
  }
}
