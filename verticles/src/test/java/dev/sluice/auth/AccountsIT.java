package dev.sluice.auth;

import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import dev.sluice.platform.time.TurnedTime;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Accounts and sessions. */
@ExtendWith(Servers.Extension.class)
class AccountsIT {
  private static final String REGISTER = "/api/v1/auth/register";
  private static final String LOGIN = "/api/v1/auth/login";
  private static final String REFRESH = "/api/v1/auth/refresh";
  private static final String LOGOUT = "/api/v1/auth/logout";
  private static final String ME = "/api/v1/auth/me";
  private static final String PASSWORD = "correct horse battery";

  private static TestNode node;

  private final String email = UUID.randomUUID() + "@example.com";

  @BeforeAll
  static void open(Servers servers) throws Exception {
    node = TestNode.start(servers);
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @Test
  void anAddressHasOneAccount() throws Exception {
    Answer first = node.post(REGISTER, account(email, PASSWORD));
    assertThat(first.status()).as(first.text()).isEqualTo(201);
    assertThat(first.at("/email")).isEqualTo(email);
    assertThat(first.at("/roles/0")).isEqualTo("user");
    assertThat(first.at("/tier")).isEqualTo("free");
    assertThat(first.text()).doesNotContain("assword").doesNotContain("$2");
    for (String again : List.of(email, email.toUpperCase(Locale.ROOT))) {
      Answer second = node.post(REGISTER, account(again, "another password"));
      assertThat(second.status()).as(second.text()).isEqualTo(409);
      assertThat(second.header("content-type")).isEqualTo("application/problem+json");
    }
    assertThat(node.post(LOGIN, account(email, "another password")).status()).isEqualTo(401);
    assertThat(login(node, email, PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void ofManyWhoRegisterOneAddressOneGetsIt() throws Exception {
    List<Integer> statuses =
        atOnce(8, i -> node.post(REGISTER, account(email, "the password of " + i)).status());
    assertThat(statuses).containsOnlyOnce(201).containsOnly(201, 409);
  }

  @Test
  void aWrongPasswordAndAnUnknownAccountLookTheSame() throws Exception {
    node.post(REGISTER, account(email, PASSWORD));
    Answer wrong = node.post(LOGIN, account(email, "wrong horse battery"));
    Answer unknown = node.post(LOGIN, account("no-" + email, PASSWORD));
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(unknown.status()).isEqualTo(401);
    assertThat(withoutIds(wrong)).isEqualTo(withoutIds(unknown));
    assertThat(wrong.header("www-authenticate")).isEqualTo(unknown.header("www-authenticate"));
    assertThat(wrong.headers().map().keySet()).isEqualTo(unknown.headers().map().keySet());
  }

  @Test
  void passwordsThatDifferAfterByte72AreDifferent() throws Exception {
    String long72 = "é".repeat(36);
    String password = long72 + "a";
    assertThat(node.post(REGISTER, account(email, password)).status()).isEqualTo(201);
    assertThat(login(node, email, long72 + "b").status()).isEqualTo(401);
    assertThat(login(node, email, long72).status()).isEqualTo(401);
    assertThat(login(node, email, password + "a").status()).isEqualTo(401);
    assertThat(login(node, email, password).status()).isEqualTo(200);
  }

  @Test
  void aRefreshTokenIsGoodOnce() throws Exception {
    Answer first = signIn(node);
    Answer second = refresh(node, first.at("/refreshToken"));
    assertThat(second.status()).as(second.text()).isEqualTo(200);
    assertThat(second.at("/refreshToken")).isNotEqualTo(first.at("/refreshToken"));
    assertThat(second.at("/tokenType")).isEqualTo("Bearer");
    assertThat(second.at("/expiresIn")).isEqualTo("900");
    assertThat(me(node, second).status()).isEqualTo(200);
    Answer reused = refresh(node, first.at("/refreshToken"));
    assertThat(reused.status()).isEqualTo(401);
    assertThat(reused.header("content-type")).isEqualTo("application/problem+json");
    assertThat(refresh(node, second.at("/refreshToken")).status()).isEqualTo(200);
    assertThat(refresh(node, second.at("/accessToken").substring(0, 100)).status()).isEqualTo(401);
  }

  @Test
  void ofManyWhoTradeOneRefreshTokenOneGetsANewOne() throws Exception {
    String token = signIn(node).at("/refreshToken");
    List<Integer> statuses = atOnce(8, i -> refresh(node, token).status());
    assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 401);
  }

  /** A token traded before and shown again later is in two hands. */
  @Test
  void reuseOfARefreshTokenEndsTheSession(Servers servers) throws Exception {
    TurnedTime time = new TurnedTime(Instant.now());
    try (TestNode own =
        TestNode.start(
            servers.postgres().uri(),
            servers.redis().uri(),
            servers.kafka().bootstrapServers(),
            Map.of(),
            time)) {
      own.post(REGISTER, account(email, PASSWORD));
      Answer first = login(own, email, PASSWORD);
      Answer second = refresh(own, first.at("/refreshToken"));
      assertThat(me(own, second).status()).isEqualTo(200);
      time.turn(Duration.ofSeconds(11));
      assertThat(refresh(own, first.at("/refreshToken")).status()).isEqualTo(401);
      assertThat(refresh(own, second.at("/refreshToken")).status()).isEqualTo(401);
      until("the edge has heard", Duration.ofSeconds(5), () -> me(own, second).status() == 401);
    }
  }

  @Test
  void logoutEndsTheSessionAtOnceAndNoOther() throws Exception {
    Answer session = signIn(node);
    Answer other = login(node, email, PASSWORD);
    assertThat(me(node, session).status()).isEqualTo(200);
    Answer out = node.send("POST", LOGOUT, null, TestNode.bearer(session.at("/accessToken")));
    assertThat(out.status()).as(out.text()).isEqualTo(204);
    Answer after = me(node, session);
    assertThat(after.status()).isEqualTo(401);
    assertThat(after.header("www-authenticate")).startsWith("Bearer");
    assertThat(refresh(node, session.at("/refreshToken")).status()).isEqualTo(401);
    assertThat(me(node, other).status()).isEqualTo(200);
    assertThat(refresh(node, other.at("/refreshToken")).status()).isEqualTo(200);
    assertThat(node.send("POST", LOGOUT, null).status()).isEqualTo(401);
  }

  @Test
  void meSaysWhoAsks() throws Exception {
    Answer session = signIn(node);
    Answer me = me(node, session);
    assertThat(me.status()).isEqualTo(200);
    assertThat(me.at("/email")).isEqualTo(email);
    assertThat(me.at("/roles/0")).isEqualTo("user");
    assertThat(me.at("/tier")).isEqualTo("free");
    assertThat(me.at("/id"))
        .isEqualTo(Forge.claims(session.at("/accessToken")).getString("sub"))
        .hasSize(36);
    assertThat(me.text()).doesNotContain("assword");
  }

  @Test
  void thePublishedKeysVerifyATokenWithoutUs() throws Exception {
    String token = signIn(node).at("/accessToken");
    Answer jwks = node.get("/.well-known/jwks.json");
    assertThat(jwks.status()).isEqualTo(200);
    assertThat(node.get("/api/v1/auth/keys").json()).isEqualTo(jwks.json());
    String[] parts = token.split("\\.", -1);
    Base64.Decoder base64 = Base64.getUrlDecoder();
    String header = new String(base64.decode(parts[0]), StandardCharsets.UTF_8);
    assertThat(jwks.json().get("keys").size()).isPositive();
    int verified = 0;
    for (JsonNode key : jwks.json().get("keys")) {
      List<String> fields = new ArrayList<>();
      key.fieldNames().forEachRemaining(fields::add);
      assertThat(fields).containsExactlyInAnyOrder("kty", "kid", "alg", "use", "n", "e");
      if (!header.contains("\"" + key.get("kid").asText() + "\"")) {
        continue;
      }
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(
          KeyFactory.getInstance("RSA")
              .generatePublic(
                  new RSAPublicKeySpec(
                      new BigInteger(1, base64.decode(key.get("n").asText())),
                      new BigInteger(1, base64.decode(key.get("e").asText())))));
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      assertThat(signature.verify(base64.decode(parts[2]))).isTrue();
      verified++;
    }
    assertThat(verified).isEqualTo(1);
  }

  private Answer signIn(TestNode at) throws Exception {
    at.post(REGISTER, account(email, PASSWORD));
    Answer answer = login(at, email, PASSWORD);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer;
  }

  private static Answer login(TestNode at, String email, String password) throws Exception {
    return at.post(LOGIN, account(email, password));
  }

  private static Answer refresh(TestNode at, String token) throws Exception {
    return at.post(REFRESH, "{\"refreshToken\":\"" + token + "\"}");
  }

  private static Answer me(TestNode at, Answer tokens) throws Exception {
    return at.get(ME, TestNode.bearer(tokens.at("/accessToken")));
  }

  private static String account(String email, String password) {
    return "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, password);
  }

  private static JsonNode withoutIds(Answer answer) {
    ObjectNode body = answer.json().deepCopy();
    assertThat(body.remove("correlationId")).isNotNull();
    return body;
  }

  private static List<Integer> atOnce(int count, Call call) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<Integer>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        running.add(threads.submit(() -> call.number(number)));
      }
      List<Integer> results = new ArrayList<>();
      for (Future<Integer> one : running) {
        results.add(one.get());
      }
      return results;
    } finally {
      threads.shutdown();
    }
  }

  /** One of several calls at once; answers with a status. */
  @FunctionalInterface
  private interface Call {
    int number(int number) throws Exception;
  }
}
