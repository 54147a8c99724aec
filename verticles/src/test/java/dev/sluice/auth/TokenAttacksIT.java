package dev.sluice.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever is shown in place of a good token is answered with 401, and never with 500. */
@ExtendWith(Servers.Extension.class)
class TokenAttacksIT {
  private static final String ME = "/api/v1/auth/me";

  private static TestNode node;
  private static Forge forge;
  private static String good;
  private static JsonObject claims;

  @BeforeAll
  static void open(Servers servers) throws Exception {
    node = TestNode.start(servers);
    forge = Forge.open(servers.postgres().uri());
    good = node.signIn()[1].substring("Bearer ".length());
    claims = Forge.claims(good);
  }

  @AfterAll
  static void close() {
    node.close();
  }

  /** Without this the tables below would show nothing. */
  @Test
  void aTokenLikeOursIsGood() throws Exception {
    assertThat(bearer(good).status()).isEqualTo(200);
    assertThat(bearer(Forge.sign(forge.ours(), forge.header(), claims)).status()).isEqualTo(200);
    assertThat(bearer(Forge.sign(forge.ours(), forge.header(), with("exp", now() + 5))).status())
        .isEqualTo(200);
  }

  @Test
  void aTokenSignedByAnybodyElseIsRefused() throws Exception {
    Map<String, String> tokens = new LinkedHashMap<>();
    JsonObject none = forge.header().put("alg", "none");
    String unsigned = Forge.unsigned(none.encode(), claims.encode());
    tokens.put("alg none, two segments", unsigned);
    tokens.put("alg none, three segments", unsigned + ".");
    tokens.put("alg none, our signature", unsigned + good.substring(good.lastIndexOf('.')));
    for (String name : new String[] {"None", "NONE", "nOnE", ""}) {
      tokens.put(
          "alg '" + name + "'",
          Forge.unsigned(forge.header().put("alg", name).encode(), claims.encode()) + ".");
    }
    byte[] der = forge.published().getEncoded();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END PUBLIC KEY-----\n";
    for (String alg : new String[] {"HS256", "RS256"}) {
      JsonObject header = forge.header().put("alg", alg);
      tokens.put(alg + " HMAC with DER", Forge.hmac(der, header, claims));
      tokens.put(alg + " HMAC with PEM", Forge.hmac(bytes(pem), header, claims));
      tokens.put(alg + " HMAC with kid", Forge.hmac(bytes(forge.kid()), header, claims));
    }
    JsonObject header = forge.header();
    tokens.put("another key under our kid", Forge.sign(forge.theirs(), header, claims));
    tokens.put("expired", Forge.sign(forge.theirs(), header, with("exp", now() - 60)));
    tokens.put("no end", Forge.sign(forge.theirs(), header, without("exp")));
    tokens.put("other issuer", Forge.sign(forge.theirs(), header, with("iss", "evil")));
    tokens.put(
        "a key of its own in the header",
        Forge.sign(
            forge.theirs(),
            forge.header().put("jwk", new JsonObject().put("kty", "RSA")).put("jku", "http://x/"),
            claims));
    String[] parts = good.split("\\.", -1);
    JsonObject admin = with("roles", new JsonArray().add("admin").add("user"));
    tokens.put(
        "payload changed", parts[0] + "." + Forge.base64(bytes(admin.encode())) + "." + parts[2]);
    tokens.put("signature stripped", parts[0] + "." + parts[1] + ".");
    tokens.put("signature gone", parts[0] + "." + parts[1]);
    tokens.put("signature truncated", good.substring(0, good.length() - 40));
    tokens.put(
        "signature of another", good.substring(0, good.lastIndexOf('.')) + "." + signature());
    tokens.put("signature no base64", parts[0] + "." + parts[1] + ".!!!*");
    assertAllRefused(tokens);
    assertThat(bearer(good).status()).isEqualTo(200);
  }

  /** Our own signature does not make up for what is wrong in the token. */
  @Test
  void aTokenOfOursThatIsWrongIsRefused() throws Exception {
    Map<String, String> tokens = new LinkedHashMap<>();
    tokens.put("unknown kid", ours(forge.header().put("kid", "0123456789abcdef"), claims));
    tokens.put("kid of another type", ours(forge.header().put("kid", new JsonObject()), claims));
    JsonObject noKid = forge.header();
    noKid.remove("kid");
    tokens.put("no kid", ours(noKid, claims));
    tokens.put("crit", ours(forge.header().put("crit", new JsonArray().add("x")), claims));
    tokens.put("empty crit", ours(forge.header().put("crit", new JsonArray()), claims));
    for (String alg : new String[] {"RS384", "PS256", "rs256"}) {
      tokens.put("alg " + alg, ours(forge.header().put("alg", alg), claims));
    }
    JsonObject header = forge.header();
    tokens.put("expired", ours(header, with("exp", now() - 60)));
    tokens.put("expired just now", ours(header, with("exp", now() - 1)));
    tokens.put("expired in 1970", ours(header, with("exp", 0)));
    tokens.put("no end", ours(header, without("exp")));
    tokens.put("other issuer", ours(header, with("iss", "evil")));
    tokens.put("no issuer", ours(header, without("iss")));
    tokens.put("not yet good", ours(header, with("nbf", now() + 3600)));
    tokens.put("issued tomorrow", ours(header, with("iat", now() + 86_400)));
    tokens.put("no subject", ours(header, without("sub")));
    tokens.put("subject no UUID", ours(header, with("sub", "root")));
    tokens.put("subject a number", ours(header, with("sub", 7)));
    tokens.put("roles no list", ours(header, with("roles", "admin")));
    tokens.put("roles no texts", ours(header, with("roles", new JsonArray().add(1))));
    tokens.put("metadata no object", ours(header, with("metadata", "pro")));
    tokens.put("claims no JSON", Forge.sign(forge.ours(), header.encode(), "no json"));
    tokens.put("claims null", Forge.sign(forge.ours(), header.encode(), "null"));
    tokens.put("claims a list", Forge.sign(forge.ours(), header.encode(), "[]"));
    tokens.put("claims empty", Forge.sign(forge.ours(), header.encode(), ""));
    assertAllRefused(tokens);
  }

  @Test
  void anEndThatIsNoNumberIsRefused() throws Exception {
    Map<String, String> tokens = new LinkedHashMap<>();
    JsonObject header = forge.header();
    tokens.put("null", ours(header, with("exp", null)));
    tokens.put("text", ours(header, with("exp", "tomorrow")));
    tokens.put("list", ours(header, with("exp", new JsonArray().add(now() + 60))));
    tokens.put("true", ours(header, with("exp", true)));
    tokens.put("iat text", ours(header, with("iat", "yesterday")));
    tokens.put("nbf text", ours(header, with("nbf", "yesterday")));
    assertAllRefused(tokens);
  }

  @Test
  void whatIsNoTokenIsRefused() throws Exception {
    Map<String, String> tokens = new LinkedHashMap<>();
    String rest = good.substring(good.indexOf('.'));
    tokens.put("four segments", good + ".x");
    tokens.put("five empty segments", "....");
    tokens.put("three empty segments", "..");
    tokens.put("one segment", "token");
    tokens.put("10 KB", "x".repeat(10_240));
    tokens.put("10 KB in segments", good + "x".repeat(10_240));
    tokens.put("two tokens", good + " " + good);
    tokens.put("token and text", good + ", Bearer x");
    tokens.put("header no base64", "*" + rest);
    for (String header :
        new String[] {
          "null",
          "[]",
          "{}",
          "7",
          "\"RS256\"",
          "{\"alg\":",
          "{\"alg\":null}",
          "{\"alg\":[\"RS256\"]}"
        }) {
      tokens.put("header " + header, Forge.base64(bytes(header)) + rest);
    }
    tokens.put("header nested", Forge.base64(bytes("{\"alg\":" + "[".repeat(2500))) + rest);
    tokens.put("header no UTF-8", Forge.base64(new byte[] {(byte) 0xff, (byte) 0xfe}) + rest);
    String head = good.substring(0, good.indexOf('.'));
    tokens.put("claims no base64", head + ".***." + signature());
    tokens.put("claims nested", head + "." + Forge.base64(bytes("[".repeat(2500))) + ".x");
    assertAllRefused(tokens);
    SoftAssertions softly = new SoftAssertions();
    assertRefused(softly, "empty", node.get(ME, "Authorization", "Bearer "));
    assertRefused(softly, "no scheme", node.get(ME, "Authorization", good));
    assertRefused(softly, "Basic", node.get(ME, "Authorization", "Basic " + good));
    assertRefused(softly, "Basic", node.get(ME, "Authorization", "Basic YTpi"));
    assertRefused(softly, "no value", node.get(ME, "Authorization", ""));
    assertRefused(softly, "nothing", node.get(ME));
    softly.assertAll();
  }

  /** A bad token is not taken for none where none is needed. */
  @Test
  void aBadTokenIsRefusedWhereNoneIsNeededToo() throws Exception {
    String path = "/api/v1/auth/keys";
    assertThat(node.get(path).status()).isEqualTo(200);
    assertThat(node.get(path, TestNode.bearer("bad")).status()).isEqualTo(401);
  }

  private static void assertAllRefused(Map<String, String> tokens) throws Exception {
    SoftAssertions softly = new SoftAssertions();
    for (Map.Entry<String, String> token : tokens.entrySet()) {
      assertRefused(softly, token.getKey(), bearer(token.getValue()));
    }
    softly.assertAll();
  }

  private static void assertRefused(SoftAssertions softly, String what, Answer answer) {
    softly.assertThat(answer.status()).as(what + ": " + answer.text()).isEqualTo(401);
    softly.assertThat(answer.header("content-type")).as(what).isEqualTo("application/problem+json");
    softly.assertThat(answer.header("www-authenticate")).as(what).startsWith("Bearer");
    softly.assertThat(answer.at("/status")).as(what).isEqualTo("401");
  }

  private static Answer bearer(String token) throws Exception {
    return node.get(ME, TestNode.bearer(token));
  }

  private static String ours(JsonObject header, JsonObject claims) throws Exception {
    return Forge.sign(forge.ours(), header, claims);
  }

  /** Ours, of other claims. */
  private static String signature() throws Exception {
    String other = ours(forge.header(), with("jti", UUID.randomUUID().toString()));
    return other.substring(other.lastIndexOf('.') + 1);
  }

  private static JsonObject with(String claim, Object value) {
    return claims.copy().put(claim, value);
  }

  private static JsonObject without(String claim) {
    JsonObject all = claims.copy();
    all.remove(claim);
    return all;
  }

  private static long now() {
    return System.currentTimeMillis() / 1000;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
