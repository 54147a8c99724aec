package dev.sluice.auth;

import static dev.sluice.TestNode.bearer;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import dev.sluice.platform.time.Time;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accounts, sessions, tokens and keys, through the front door. */
@ExtendWith(Servers.Extension.class)
class AuthIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SECRET = "a secret of the tests of 32 characters";
  private static final Duration AT_ONCE = Duration.ofSeconds(1);
  private static final String PASSWORD = "correct horse battery";
  private static final String ORDER =
      "{\"items\":[{\"sku\":\"TEA-1\",\"quantity\":1,\"unitPrice\":{\"amount\":\"4.50\",\"currency\":\"EUR\"}}]}";

  /** The clock of this machine, and as much ahead of it as a test wants. */
  private static final class AheadTime implements Time {
    private volatile Duration ahead = Duration.ZERO;

    @Override
    public Instant now() {
      return Instant.now().plus(ahead);
    }

    @Override
    public long nanos() {
      return System.nanoTime();
    }
  }

  private static final AheadTime TIME = new AheadTime();
  private static TestNode node;
  private static PrivateKey signingKey;

  @BeforeAll
  static void start(Servers servers) throws Exception {
    node =
        TestNode.start(
            servers.postgres().uri(),
            servers.redis().uri(),
            servers.kafka().bootstrapServers(),
            Map.of(),
            TIME);
    try (Connection connection = connect(servers.postgres().uri());
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT private_key FROM auth.signing_keys ORDER BY created_at DESC LIMIT 1")) {
      row.next();
      byte[] pkcs8 = new Secrets(SECRET).decrypt(row.getBytes(1));
      signingKey = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void anAddressHasOneAccount() throws Exception {
    String email = email();
    Answer registered = register(email, PASSWORD);
    assertThat(registered.status()).isEqualTo(201);
    assertThat(registered.at("/email")).isEqualTo(email);
    assertThat(registered.at("/tier")).isEqualTo("free");
    assertThat(registered.text()).doesNotContain("password", "$2");
    Answer again = register(email.toUpperCase(java.util.Locale.ROOT), PASSWORD + "2");
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.at("/type")).isEqualTo("urn:sluice:problem:conflict");
    assertThat(login(email, PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void aWrongPasswordAndNoAccountAreAnsweredAlike() throws Exception {
    String email = email();
    register(email, PASSWORD);
    Answer wrong = login(email, "incorrect horse");
    Answer nobody = login(email(), PASSWORD);
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.header("www-authenticate")).startsWith("Bearer");
    assertThat(((ObjectNode) wrong.json()).without("correlationId").toString())
        .isEqualTo(((ObjectNode) nobody.json()).without("correlationId").toString());
    assertThat(wrong.headers().map().keySet()).isEqualTo(nobody.headers().map().keySet());
  }

  @Test
  void passwordsDifferAfter72BytesToo() throws Exception {
    String email = email();
    String long200 = "p".repeat(199) + "1";
    assertThat(register(email, long200).status()).isEqualTo(201);
    assertThat(login(email, long200).status()).isEqualTo(200);
    assertThat(login(email, "p".repeat(199) + "2").status()).isEqualTo(401);
    assertThat(login(email, "p".repeat(72)).status()).isEqualTo(401);
    String umlauts = email();
    assertThat(register(umlauts, "\u00fc".repeat(40)).status()).isEqualTo(201);
    assertThat(login(umlauts, "\u00fc".repeat(36)).status()).isEqualTo(401);
    assertThat(login(umlauts, "\u00fc".repeat(40)).status()).isEqualTo(200);
  }

  @Test
  void aLoginAnswersWhatClientsKnow() throws Exception {
    String email = email();
    String id = register(email, PASSWORD).at("/id");
    Answer tokens = login(email, PASSWORD);
    assertThat(tokens.json().fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("accessToken", "refreshToken", "tokenType", "expiresIn");
    assertThat(tokens.at("/tokenType")).isEqualTo("Bearer");
    assertThat(tokens.json().get("expiresIn").asLong()).isEqualTo(900);
    Answer me = node.get("/api/v1/auth/me", bearer(tokens.at("/accessToken")));
    assertThat(me.status()).isEqualTo(200);
    assertThat(me.at("/id")).isEqualTo(id);
    assertThat(me.at("/email")).isEqualTo(email);
    assertThat(me.at("/roles/0")).isEqualTo("user");
    JsonNode claims = part(tokens.at("/accessToken"), 1);
    assertThat(claims.path("iss").asText()).isEqualTo("sluice");
    assertThat(claims.path("sub").asText()).isEqualTo(id);
    assertThat(claims.at("/metadata/tier").asText()).isEqualTo("free");
  }

  @Test
  void aRefreshTokenIsTradedOnce() throws Exception {
    Answer first = signedIn();
    Answer second = refresh(first.at("/refreshToken"));
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.at("/refreshToken")).isNotEqualTo(first.at("/refreshToken"));
    assertThat(refresh(first.at("/refreshToken")).status()).isEqualTo(401);
    // Within the grace it is taken for a second tab, and the session lives.
    assertThat(me(second).status()).isEqualTo(200);
    Answer third = refresh(second.at("/refreshToken"));
    assertThat(third.status()).isEqualTo(200);
    assertThat(refresh("x".repeat(43)).status()).isEqualTo(401);
  }

  @Test
  void aRefreshTokenShownLongAfterItWasTradedEndsTheSession() throws Exception {
    Answer first = signedIn();
    Answer second = refresh(first.at("/refreshToken"));
    TIME.ahead = Duration.ofSeconds(11);
    try {
      assertThat(me(second).status()).isEqualTo(200);
      assertThat(refresh(first.at("/refreshToken")).status()).isEqualTo(401);
      until("the session has ended", AT_ONCE, () -> me(second).status() == 401);
      assertThat(refresh(second.at("/refreshToken")).status()).isEqualTo(401);
    } finally {
      TIME.ahead = Duration.ZERO;
    }
  }

  @Test
  void aRefreshTokenEnds() throws Exception {
    Answer first = signedIn();
    TIME.ahead = Duration.ofDays(7).plusSeconds(1);
    try {
      assertThat(refresh(first.at("/refreshToken")).status()).isEqualTo(401);
    } finally {
      TIME.ahead = Duration.ZERO;
    }
  }

  @Test
  void logoutEndsTheTokensAtOnce() throws Exception {
    Answer tokens = signedIn();
    Answer other = signedIn();
    Answer out = node.post("/api/v1/auth/logout", "{}", bearer(tokens.at("/accessToken")));
    assertThat(out.status()).isEqualTo(204);
    assertThat(out.text()).isEmpty();
    until("the token has stopped working", AT_ONCE, () -> me(tokens).status() == 401);
    assertThat(me(tokens).at("/detail")).contains("session that was ended");
    assertThat(refresh(tokens.at("/refreshToken")).status()).isEqualTo(401);
    assertThat(me(other).status()).isEqualTo(200);
  }

  @Test
  void thePublishedKeyVerifiesATokenWithThePlainJdk() throws Exception {
    String token = signedIn().at("/accessToken");
    PublicKey key = publishedKey();
    Signature check = Signature.getInstance("SHA256withRSA");
    check.initVerify(key);
    check.update(token.substring(0, token.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII));
    assertThat(check.verify(decode(token.substring(token.lastIndexOf('.') + 1)))).isTrue();
    JsonNode jwk = node.get("/.well-known/jwks.json").json().at("/keys/0");
    assertThat(part(token, 0).path("kid")).isEqualTo(jwk.get("kid"));
    assertThat(part(token, 0).path("alg").asText()).isEqualTo("RS256");
    assertThat(jwk.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("kty", "kid", "alg", "use", "n", "e");
  }

  /** Everything that must not pass, and the one token that must, to show the forger's hand. */
  @Test
  void forgedTokensAreRefused() throws Exception {
    String good = signedIn().at("/accessToken");
    for (Map.Entry<String, String> forged : forgeries(good).entrySet()) {
      boolean right = forged.getKey().equals("as it should be");
      Answer answer = node.post("/api/v1/orders", ORDER, bearer(forged.getValue()));
      assertThat(answer.status()).as(forged.getKey() + answer.text()).isEqualTo(right ? 201 : 401);
      if (!right) {
        assertThat(answer.at("/type")).isEqualTo("urn:sluice:problem:unauthenticated");
        assertThat(answer.header("www-authenticate")).startsWith("Bearer");
        assertThat(answer.text()).doesNotContain("xception", "io.vertx");
      }
    }
    Answer orders = node.get("/api/v1/orders", bearer(good));
    assertThat(orders.json().get("items")).as("only the good one reached the room").hasSize(1);
  }

  private static Map<String, String> forgeries(String good) throws Exception {
    int dot = good.indexOf('.');
    int last = good.lastIndexOf('.');
    String header = good.substring(0, dot);
    String payload = good.substring(dot + 1, last);
    String signature = good.substring(last + 1);
    ObjectNode head = (ObjectNode) part(good, 0);
    ObjectNode claims = (ObjectNode) part(good, 1);
    long now = Instant.now().getEpochSecond();
    Map<String, String> all = new LinkedHashMap<>();
    all.put("as it should be", signed(head, claims));
    all.put("alg none", encode(head.deepCopy().put("alg", "none")) + "." + payload + ".");
    all.put("alg None", encode(head.deepCopy().put("alg", "None")) + "." + payload + ".");
    all.put(
        "alg none, with the signature",
        encode(head.deepCopy().put("alg", "none")) + "." + payload + "." + signature);
    for (byte[] secret : List.of(publishedKey().getEncoded(), pem(publishedKey()))) {
      String text = encode(head.deepCopy().put("alg", "HS256")) + "." + payload;
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      all.put(
          "HS256 under the public key, " + secret.length,
          text + "." + encode(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII))));
    }
    all.put("alg RS512", signed(head.deepCopy().put("alg", "RS512"), claims));
    all.put("alg missing", signed(head.deepCopy().without("alg"), claims));
    all.put("alg a number", signed(head.deepCopy().put("alg", 256), claims));
    all.put("kid unknown", signed(head.deepCopy().put("kid", "nobody"), claims));
    all.put("kid missing", signed(head.deepCopy().without("kid"), claims));
    all.put("kid a path", signed(head.deepCopy().put("kid", "../../dev/null"), claims));
    ObjectNode crit = head.deepCopy().put("b64", true);
    crit.putArray("crit").add("b64");
    all.put("crit", signed(crit, claims));
    all.put("no exp", signed(head, claims.deepCopy().without("exp")));
    all.put("exp is a text", signed(head, claims.deepCopy().put("exp", "tomorrow")));
    all.put("expired", signed(head, claims.deepCopy().put("iat", now - 60).put("exp", now - 1)));
    all.put("not yet", signed(head, claims.deepCopy().put("nbf", now + 600)));
    all.put("other issuer", signed(head, claims.deepCopy().put("iss", "other")));
    all.put("no issuer", signed(head, claims.deepCopy().without("iss")));
    all.put("sub is no UUID", signed(head, claims.deepCopy().put("sub", "root")));
    all.put("no sub", signed(head, claims.deepCopy().without("sub")));
    all.put(
        "tampered payload",
        header
            + "."
            + encode(claims.deepCopy().put("sub", UUID.randomUUID().toString()))
            + "."
            + signature);
    all.put("signature stripped", header + "." + payload + ".");
    all.put("signature of another", header + "." + payload + "." + encode(new byte[256]));
    all.put("truncated", good.substring(0, good.length() - 10));
    all.put("truncated early", good.substring(0, dot + 10));
    all.put("10 KB", header + "." + "A".repeat(10_000) + "." + signature);
    all.put("2 segments", header + "." + payload);
    all.put("4 segments", good + "." + signature);
    all.put("1 segment", header);
    all.put("no base64", "*." + payload + "." + signature);
    all.put(
        "header is no JSON",
        encode("hello".getBytes(StandardCharsets.US_ASCII)) + "." + payload + "." + signature);
    all.put(
        "header is an array",
        encode("[]".getBytes(StandardCharsets.US_ASCII)) + "." + payload + "." + signature);
    all.put("payload is no JSON", signedText(encode(head) + "." + encode(new byte[] {1, 2})));
    all.put(
        "payload is an array",
        signedText(encode(head) + "." + encode("[]".getBytes(StandardCharsets.US_ASCII))));
    all.put("empty", "");
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic YTpi", "Bearer", "bearer ", "token", ""})
  void anotherSchemeIsNoToken(String authorization) throws Exception {
    assertThat(node.get("/api/v1/auth/keys", "Authorization", authorization).status())
        .isEqualTo(401);
  }

  @Test
  void aStormOfLoginsIsRefusedEarlyAndSlowsNothingDown(Servers servers) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(24);
    try (TestNode busy =
        TestNode.start(
            servers,
            Map.of(
                "SLUICE_AUTH_HASH_QUEUE", "0",
                "SLUICE_AUTH_HASH_THREADS", "1",
                "SLUICE_AUTH_BCRYPT_COST", "13"))) {
      Answer session = signedIn();
      busy.get("/api/v1/auth/keys");
      List<CompletableFuture<Answer>> storm = new ArrayList<>();
      List<Long> refusals = java.util.Collections.synchronizedList(new ArrayList<>());
      for (int i = 0; i < 24; i++) {
        String body = account(email(), PASSWORD);
        storm.add(
            CompletableFuture.supplyAsync(
                () -> {
                  long begun = System.nanoTime();
                  Answer answer = unchecked(() -> busy.post("/api/v1/auth/login", body));
                  if (answer.status() == 503) {
                    refusals.add(System.nanoTime() - begun);
                  }
                  return answer;
                },
                clients));
      }
      until("one is hashed", Duration.ofSeconds(5), () -> !refusals.isEmpty());
      List<Long> meanwhile = new ArrayList<>();
      for (int i = 0; i < 21; i++) {
        long begun = System.nanoTime();
        assertThat(busy.get("/api/v1/auth/keys").status()).isEqualTo(200);
        meanwhile.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
      }
      // A session that goes on needs no hash, and must not be lost to the storm.
      assertThat(
              busy.post(
                      "/api/v1/auth/refresh",
                      "{\"refreshToken\":\"" + session.at("/refreshToken") + "\"}")
                  .status())
          .isEqualTo(200);
      List<Answer> answers = storm.stream().map(CompletableFuture::join).toList();
      assertThat(answers).extracting(Answer::status).containsOnly(401, 503);
      assertThat(answers.stream().filter(a -> a.status() == 503))
          .hasSizeGreaterThan(10)
          .allSatisfy(a -> assertThat(a.header("retry-after")).isEqualTo("2"));
      assertThat(meanwhile.stream().sorted().toList().get(10)).as("the median").isLessThan(100);
      assertThat(refusals.stream().sorted().toList().get(refusals.size() / 2))
          .isLessThan(TimeUnit.SECONDS.toNanos(1));
    } finally {
      clients.shutdown();
    }
  }

  @Test
  void theFirstStartWritesTheCredentials(Servers servers, @TempDir Path folder) throws Exception {
    String database = servers.newDatabase();
    Path file = folder.resolve("deep/credentials.json");
    String first;
    try (TestNode fresh = bootstrapped(servers, database, file)) {
      first = Files.readString(file);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      JsonNode given = JSON.readTree(first);
      assertThat(given.fieldNames()).toIterable().containsExactly("admin", "apiKeys");
      assertThat(given.get("admin").fieldNames()).toIterable().containsExactly("email", "password");
      assertThat(given.get("apiKeys").fieldNames())
          .toIterable()
          .containsExactly("free", "pro", "enterprise", "internal");
      assertWork(fresh, given);
    }
    try (TestNode again = bootstrapped(servers, database, file)) {
      assertThat(Files.readString(file)).isEqualTo(first);
      assertWork(again, JSON.readTree(first));
    }
  }

  /** The file is written before the database is: a node that died in between left this. */
  @Test
  void aFileThatIsThereAlreadyIsTaken(Servers servers, @TempDir Path folder) throws Exception {
    Path file = folder.resolve("credentials.json");
    String given =
        "{\"admin\":{\"email\":\"root@sluice.local\",\"password\":\"written before the crash\"},"
            + "\"apiKeys\":{\"free\":\"slk_f\",\"pro\":\"slk_p\",\"enterprise\":\"slk_e\",\"internal\":\"slk_i\"}}";
    Files.writeString(file, given);
    try (TestNode fresh = bootstrapped(servers, servers.newDatabase(), file)) {
      assertWork(fresh, JSON.readTree(given));
    }
    assertThat(Files.readString(file)).isEqualTo(given);
  }

  @Test
  void aFileOfSomethingElseStopsTheStart(Servers servers, @TempDir Path folder) throws Exception {
    Path file = folder.resolve("credentials.json");
    Files.writeString(file, "{\"admin\":{\"email\":\"root@sluice.local\"}}");
    String database = servers.newDatabase();
    assertThatThrownBy(() -> bootstrapped(servers, database, file))
        .hasMessageContaining("auth.bootstrap_file " + file)
        .hasMessageContaining("move it away");
  }

  @Test
  void anotherNodeSecretStopsTheStart(Servers servers) {
    assertThatThrownBy(
            () ->
                TestNode.start(
                    servers, Map.of("SLUICE_NODE_SECRET", "another secret, also of 32 letters")))
        .hasMessageContaining("node.secret is not the one this database was set up with");
  }

  private static void assertWork(TestNode there, JsonNode given) throws Exception {
    Answer admin = there.post("/api/v1/auth/login", JSON.writeValueAsString(given.get("admin")));
    assertThat(admin.status()).as(admin.text()).isEqualTo(200);
    String[] token = bearer(admin.at("/accessToken"));
    assertThat(there.get("/api/v1/auth/me", token).json().at("/roles"))
        .extracting(JsonNode::asText)
        .contains("admin");
    for (Map.Entry<String, JsonNode> key : given.get("apiKeys").properties()) {
      Answer me = there.get("/api/v1/auth/me", "X-API-Key", key.getValue().asText());
      assertThat(me.status()).isEqualTo(200);
      assertThat(me.at("/tier")).isEqualTo(key.getKey());
      assertThat(there.post("/api/v1/orders", ORDER, "X-API-Key", key.getValue().asText()).status())
          .isEqualTo(201);
    }
    assertThat(there.get("/api/v1/auth/me", "X-API-Key", "slk_nobody").status()).isEqualTo(401);
  }

  private static TestNode bootstrapped(Servers servers, String database, Path file)
      throws Exception {
    return TestNode.start(
        database,
        servers.redis().uri(),
        servers.kafka().bootstrapServers(),
        Map.of("SLUICE_AUTH_BOOTSTRAP_FILE", file.toString()));
  }

  private static Connection connect(String uri) throws Exception {
    URI target = URI.create(uri);
    String[] who = target.getUserInfo().split(":", 2);
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d%s".formatted(target.getHost(), target.getPort(), target.getPath()),
        who[0],
        who[1]);
  }

  private static PublicKey publishedKey() throws Exception {
    JsonNode jwk = node.get("/.well-known/jwks.json").json().at("/keys/0");
    return KeyFactory.getInstance("RSA")
        .generatePublic(
            new RSAPublicKeySpec(
                new BigInteger(1, decode(jwk.get("n").asText())),
                new BigInteger(1, decode(jwk.get("e").asText()))));
  }

  private static byte[] pem(PublicKey key) {
    return ("-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
            + "\n-----END PUBLIC KEY-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static String signed(JsonNode head, JsonNode claims) throws Exception {
    return signedText(encode(head) + "." + encode(claims));
  }

  private static String signedText(String text) throws Exception {
    Signature signer = Signature.getInstance("SHA256withRSA");
    signer.initSign(signingKey);
    signer.update(text.getBytes(StandardCharsets.US_ASCII));
    return text + "." + encode(signer.sign());
  }

  private static JsonNode part(String token, int index) throws Exception {
    return JSON.readTree(decode(token.split("\\.", -1)[index]));
  }

  private static String encode(JsonNode json) throws Exception {
    return encode(JSON.writeValueAsBytes(json));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] decode(String text) {
    return Base64.getUrlDecoder().decode(text);
  }

  private static String email() {
    return UUID.randomUUID() + "@example.com";
  }

  private static String account(String email, String password) {
    return "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, password);
  }

  private static Answer register(String email, String password) throws Exception {
    return node.post("/api/v1/auth/register", account(email, password));
  }

  private static Answer login(String email, String password) throws Exception {
    return node.post("/api/v1/auth/login", account(email, password));
  }

  private static Answer signedIn() throws Exception {
    String email = email();
    register(email, PASSWORD);
    return login(email, PASSWORD);
  }

  private static Answer refresh(String token) throws Exception {
    return node.post("/api/v1/auth/refresh", "{\"refreshToken\":\"" + token + "\"}");
  }

  private static Answer me(Answer tokens) throws Exception {
    return node.get("/api/v1/auth/me", bearer(tokens.at("/accessToken")));
  }

  private static Answer unchecked(java.util.concurrent.Callable<Answer> call) {
    try {
      return call.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
