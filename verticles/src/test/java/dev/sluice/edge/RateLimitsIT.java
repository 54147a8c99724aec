package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import dev.sluice.Waiting;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The limits as clients meet them. Each test comes from addresses of its own. */
@ExtendWith(Servers.Extension.class)
class RateLimitsIT {
  private static final Path SHIPPED = Path.of("../conf");
  private static final String KEYS = "/api/v1/auth/keys";
  private static final Map<String, String> BEHIND_A_PROXY =
      Map.of("SLUICE_EDGE_TRUSTED_PROXIES", "127.0.0.1");

  @TempDir private Path folder;

  private static Map<String, String> with(String... namesAndValues) {
    Map<String, String> settings = new HashMap<>(BEHIND_A_PROXY);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put("SLUICE_" + namesAndValues[i], namesAndValues[i + 1]);
    }
    return settings;
  }

  /** The header by which our proxy says who asks: somebody nobody has heard of. */
  private static String[] somebody() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String address =
        "2001:db8:%x:%x::1".formatted(random.nextInt(0x10000), random.nextInt(0x10000));
    return new String[] {"X-Forwarded-For", address};
  }

  private static Answer login(TestNode node, String email, String... from) throws Exception {
    return node.post(
        "/api/v1/auth/login", "{\"email\":\"%s\",\"password\":\"a guess\"}".formatted(email), from);
  }

  @Test
  void theSixthLoginOfAnAccountInFifteenMinutesIsRefused(Servers servers) throws Exception {
    try (TestNode node = TestNode.start(servers, SHIPPED, BEHIND_A_PROXY)) {
      String[] here = somebody();
      String email = UUID.randomUUID() + "@example.com";
      for (int left = 4; left >= 0; left--) {
        Answer guess = login(node, left == 2 ? email.toUpperCase(Locale.ROOT) : email, here);
        assertThat(guess.status()).as(guess.text()).isEqualTo(401);
        assertThat(guess.header("ratelimit-policy"))
            .isEqualTo(
                "\"free\";q=10;w=1;sluice-burst=20, \"auth\";q=100;w=60, \"login\";q=5;w=900");
        assertThat(guess.header("ratelimit"))
            .isEqualTo("\"login\";r=%d;t=%d".formatted(left, 180 * (5 - left)));
      }
      Answer sixth = login(node, email, here);
      assertThat(sixth.status()).isEqualTo(429);
      assertThat(sixth.at("/type")).isEqualTo("urn:sluice:problem:limited");
      assertThat(sixth.at("/detail")).isEqualTo("over the limit 'login': 5 in 15m, 5 at once");
      String wait = sixth.header("retry-after");
      assertThat(Integer.parseInt(wait)).isBetween(1, 1050);
      assertThat(sixth.header("ratelimit")).isEqualTo("\"login\";r=0;t=" + wait);
      assertThat(login(node, UUID.randomUUID() + "@example.com", here).status()).isEqualTo(401);
      assertThat(login(node, email, somebody()).status()).isEqualTo(401);
      assertThat(login(node, "nobody", here).status()).as("no account, no count").isEqualTo(400);
    }
  }

  @Test
  void someRoutesHaveALimitBesideTheTiers(Servers servers) throws Exception {
    Map<String, String> settings = with("LIMITS_ROUTES_AUTH_LIMIT_RATE", "3");
    try (TestNode node = TestNode.start(servers, SHIPPED, settings)) {
      String[] here = somebody();
      for (int left = 2; left >= 0; left--) {
        Answer answer = node.get(KEYS, here);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("ratelimit-policy"))
            .isEqualTo("\"free\";q=10;w=1;sluice-burst=20, \"auth\";q=3;w=60");
        assertThat(answer.header("ratelimit"))
            .isEqualTo("\"auth\";r=%d;t=%d".formatted(left, 20 * (3 - left)));
      }
      Answer refused = node.get("/auth/me", here);
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.header("ratelimit")).startsWith("\"auth\";r=0;t=");
      Answer elsewhere = node.get("/api/v1/orders", here);
      assertThat(elsewhere.status()).isEqualTo(401);
      assertThat(elsewhere.header("ratelimit-policy"))
          .isEqualTo("\"free\";q=10;w=1;sluice-burst=20");
      assertThat(node.get(KEYS, somebody()).status()).isEqualTo(200);
      assertThat(node.get("/health/ready", here).header("ratelimit")).isNull();
      assertThat(node.get(node.managementUrl() + "/metrics").text())
          .contains(
              "limiter_decisions_total{outcome=\"denied\",policy=\"auth\",service=\"sluice\"} 1.0");
    }
  }

  @Test
  void whoHasNoTierHasALimitToo(Servers servers) throws Exception {
    try (TestNode node = TestNode.start(servers, SHIPPED, BEHIND_A_PROXY)) {
      String[] here = somebody();
      String account =
          "{\"email\":\"%s@example.com\",\"password\":\"correct horse battery\"}"
              .formatted(UUID.randomUUID());
      UUID owner = UUID.fromString(node.post("/api/v1/auth/register", account, here).at("/id"));
      String key = key(servers, owner, "unheard-of");
      Answer untiered = node.get("/api/v1/orders", "X-API-Key", key);
      assertThat(untiered.header("ratelimit-policy")).isEqualTo("\"untiered_key\";q=1000;w=60");
      assertThat(untiered.header("ratelimit")).isEqualTo("\"untiered_key\";r=999;t=1");
      execute(servers, "UPDATE auth.users SET tier = 'unheard-of' WHERE id = ?", owner);
      String token = node.post("/api/v1/auth/login", account, here).at("/accessToken");
      Answer otherwise = node.get("/api/v1/orders", TestNode.bearer(token));
      assertThat(otherwise.header("ratelimit-policy"))
          .isEqualTo("\"default\";q=1000;w=1;sluice-burst=50");
    }
  }

  @Test
  void theOldHeadersAreAnOption(Servers servers) throws Exception {
    try (TestNode node = TestNode.start(servers, SHIPPED, with("LIMITS_HEADERS", "legacy"))) {
      Answer answer = node.get("/api/v1/orders", somebody());
      assertThat(answer.header("x-ratelimit-limit")).isEqualTo("20");
      assertThat(answer.header("x-ratelimit-remaining")).isEqualTo("19");
      assertThat(answer.header("x-ratelimit-reset")).isEqualTo("1");
      assertThat(answer.header("ratelimit")).isNull();
      assertThat(answer.header("ratelimit-policy")).isNull();
    }
  }

  @Test
  void aHeaderOfAStrangerChangesNothing(Servers servers) throws Exception {
    String name = "x" + UUID.randomUUID().toString().substring(0, 8); // a bucket of its own
    Path conf =
        Files.writeString(
            folder.resolve("sluice.yaml"),
            "limits: {tiers: {free: {rate: 0, burst: 0}}, routes: {auth: {limit: {rate: 0}}, %s: {operations: ['order.*'], limit: {rate: 2, per: 1h, by: [ip]}}}}"
                .formatted(name));
    try (TestNode node = TestNode.start(servers, conf, Map.of())) {
      for (int i = 0; i < 2; i++) {
        assertThat(node.get("/api/v1/orders", somebody()).status()).isEqualTo(401);
      }
      Answer refused = node.get("/api/v1/orders", somebody());
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.header("ratelimit")).startsWith("\"" + name + "\";r=0;t=");
    }
  }

  @Test
  void limitsChangeWhileTheNodeServes(Servers servers) throws Exception {
    Path conf = folder.resolve("sluice.yaml");
    Files.writeString(conf, "limits: {routes: {auth: {limit: {rate: 40}}}}");
    try (TestNode node = TestNode.start(servers, conf, BEHIND_A_PROXY)) {
      assertThat(node.get(KEYS, somebody()).header("ratelimit-policy")).contains("\"auth\";q=40;");
      Files.writeString(conf, "limits: {routes: {auth: {limit: {rate: 77}}}}");
      Waiting.until(
          "it is read again",
          Duration.ofSeconds(20),
          () -> node.get(KEYS, somebody()).header("ratelimit-policy").contains("\"auth\";q=77;"));
      Files.writeString(conf, "limits: {routes: {auth: {limit: {rate: -1}}}}");
      Waiting.until(
          "it is refused",
          Duration.ofSeconds(20),
          () ->
              node.get(node.managementUrl() + "/metrics")
                  .text()
                  .contains("limits_reloads_total{outcome=\"refused\",service=\"sluice\"} 1.0"));
      assertThat(node.get(KEYS, somebody()).header("ratelimit-policy")).contains("\"auth\";q=77;");
    }
  }

  @Test
  void whoIsPatientIsServedLater(Servers servers) throws Exception {
    Map<String, String> settings =
        with(
            "LIMITS_TIERS_FREE_RATE", "2",
            "LIMITS_TIERS_FREE_BURST", "1",
            "LIMITS_TIERS_FREE_MAX_WAIT", "10s");
    try (TestNode node = TestNode.start(servers, SHIPPED, settings)) {
      String[] here = somebody();
      for (int i = 0; i < 3; i++) {
        assertThat(node.get("/api/v1/orders", here).status()).isEqualTo(401);
      }
      assertThat(node.get(node.managementUrl() + "/metrics").text())
          .containsPattern(
              "limiter_decisions_total\\{outcome=\"throttled\",policy=\"free\",service=\"sluice\"} [12]\\.0");
    }
  }

  /** A key in the database of the auth room. */
  private static String key(Servers servers, UUID owner, String tier) throws Exception {
    String key = "slk_" + UUID.randomUUID();
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    execute(
        servers,
        "INSERT INTO auth.api_keys (id, sha256, owner_id, name, tier, permissions, created_at)"
            + " VALUES (?, ?, ?, 'test', ?, '{}', now())",
        UUID.randomUUID(),
        HexFormat.of().formatHex(hash),
        owner,
        tier);
    return key;
  }

  private static void execute(Servers servers, String sql, Object... values) throws Exception {
    URI target = URI.create(servers.postgres().uri());
    String[] who = target.getUserInfo().split(":", 2);
    String url =
        "jdbc:postgresql://%s:%d%s".formatted(target.getHost(), target.getPort(), target.getPath());
    try (Connection connection = DriverManager.getConnection(url, who[0], who[1]);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }
}
