package dev.sluice.limiter;

import static dev.sluice.TestNode.bearer;
import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import dev.sluice.devstack.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients are told of their limits, and what becomes of them without Redis. */
@ExtendWith(Servers.Extension.class)
class LimiterIT {
  private static final Duration BACK = Duration.ofSeconds(5);
  private static final String KEYS = "/api/v1/auth/keys";

  @TempDir static Path folder;
  private static RedisServer server;
  private static Vertx vertx;
  private static Redis redis;

  @BeforeAll
  static void start() {
    server = RedisServer.start(folder, 0);
    vertx = Vertx.vertx();
    redis = Redis.createClient(vertx, server.uri());
  }

  @AfterAll
  static void stop() throws Exception {
    redis.close();
    await(vertx.close());
    server.close();
  }

  @BeforeEach
  void empty() throws Exception {
    redis("FLUSHALL");
  }

  @Test
  void whoIsOverTheLimitIsToldWhenToComeBack(Servers servers) throws Exception {
    try (TestNode node = node(servers, "free", 1, 3, "closed")) {
      for (int left = 2; left >= 0; left--) {
        Answer answer = node.get(KEYS);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("ratelimit-policy")).isEqualTo("\"free\";q=1;w=1;sluice-burst=3");
        assertThat(answer.header("ratelimit"))
            .isEqualTo("\"free\";r=%d;t=%d".formatted(left, 3 - left));
      }
      Answer refused = node.get(KEYS);
      long at = System.nanoTime();
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.at("/type")).isEqualTo("urn:sluice:problem:limited");
      String wait = refused.header("retry-after");
      assertThat(wait).as("a token's time, rounded up, and what is on its way").isIn("1", "2");
      assertThat(refused.header("ratelimit-policy")).isEqualTo("\"free\";q=1;w=1;sluice-burst=3");
      assertThat(refused.header("ratelimit")).isEqualTo("\"free\";r=0;t=" + wait);
      assertThat(node.get("/health/live").status()).isEqualTo(200);
      long allowedAt = at + TimeUnit.SECONDS.toNanos(Long.parseLong(wait));
      until("Retry-After is over", BACK, () -> System.nanoTime() >= allowedAt);
      assertThat(node.get(KEYS).status()).isEqualTo(200);
      assertThat(node.get(node.managementUrl() + "/metrics").text())
          .contains(
              "limiter_decisions_total{outcome=\"denied\",policy=\"free\",service=\"sluice\"} 1.0")
          .contains(
              "limiter_decisions_total{outcome=\"allowed\",policy=\"free\",service=\"sluice\"} 4.0");
    }
  }

  @Test
  void fourTiers(Servers servers) throws Exception {
    try (TestNode node = node(servers, "free", 10, 20, "closed")) {
      Answer registered =
          node.post(
              "/api/v1/auth/register",
              "{\"email\":\"%s@example.com\",\"password\":\"correct horse battery\"}"
                  .formatted(UUID.randomUUID()));
      UUID owner = UUID.fromString(registered.at("/id"));
      Map<String, String> keys = new HashMap<>();
      for (String name : List.of("free", "pro", "other", "enterprise", "internal", "unheard-of")) {
        keys.put(name, key(servers, owner, name.equals("other") ? "pro" : name));
      }
      assertTier(node, keys.get("pro"), "\"pro\";q=100;w=1;sluice-burst=200", "\"pro\";r=199;t=1");
      assertThat(node.get("/api/v1/auth/me", "X-API-Key", keys.get("pro")).header("ratelimit"))
          .startsWith("\"pro\";r=19");
      assertTier(
          node, keys.get("other"), "\"pro\";q=100;w=1;sluice-burst=200", "\"pro\";r=199;t=1");
      assertTier(
          node,
          keys.get("enterprise"),
          "\"enterprise\";q=1000;w=1;sluice-burst=2000",
          "\"enterprise\";r=1999;t=1");
      for (int i = 0; i < 100; i++) {
        Answer answer = node.get("/api/v1/auth/me", "X-API-Key", keys.get("internal"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("ratelimit")).isNull();
        assertThat(answer.header("ratelimit-policy")).isNull();
      }
      redis("FLUSHALL");
      // Free is by address, whoever asks; a key of a tier nobody has set up has none.
      assertTier(node, keys.get("free"), "\"free\";q=10;w=1;sluice-burst=20", "\"free\";r=19;t=1");
      assertThat(redis("EXISTS", "sluice:{limit}:free:ip:127.0.0.1").toInteger()).isEqualTo(1);
      redis("FLUSHALL");
      assertTier(
          node,
          keys.get("unheard-of"),
          "\"untiered_key\";q=1000;w=60",
          "\"untiered_key\";r=999;t=1");
    }
  }

  @Test
  void strangersAndGuessersAreCountedByAddress(Servers servers) throws Exception {
    List<String[]> guesses =
        List.of(
            new String[] {"X-API-Key", "slk_guess"},
            bearer("a.b.c"),
            new String[] {"Authorization", "Basic YTpi"},
            new String[0]);
    for (String[] guess : guesses) {
      redis("FLUSHALL"); // and a new node, because the other would remember
      try (TestNode node = node(servers, "free", 1, 5, "closed")) {
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          statuses.add(node.get("/api/v1/auth/me", guess).status());
        }
        assertThat(statuses.subList(0, 5)).containsOnly(401);
        assertThat(statuses.subList(6, 8)).containsOnly(429);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fair_share,stop",
    "open,stop",
    "closed,stop",
    "fair_share,pause",
    "open,pause",
    "closed,pause"
  })
  void withoutRedis(String onLoss, String how, Servers servers) throws Exception {
    try (TestNode node = node(servers, "free", 20, 40, onLoss)) {
      assertThat(node.get(KEYS).status()).isEqualTo(200);
      if (how.equals("stop")) {
        server.stop();
      } else {
        server.pause();
      }
      try {
        // The breaker of this connection's event loop opens after five failures.
        for (int i = 0; i < 8; i++) {
          assertThat(node.get(KEYS).status()).isIn(200, 429, 503);
        }
        List<Answer> answers = new ArrayList<>();
        List<Long> millis = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        while (System.nanoTime() < end) {
          long begun = System.nanoTime();
          answers.add(node.get(KEYS));
          millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        }
        assertThat(millis.stream().sorted().toList().get(millis.size() * 99 / 100)).isLessThan(50);
        assertThat(millis.stream().filter(m -> m >= 200))
            .as("no request is spent on trying Redis")
            .hasSizeLessThanOrEqualTo(1);
        assertLoss(onLoss, answers);
      } finally {
        if (how.equals("stop")) {
          server.start();
        } else {
          server.resume();
        }
      }
      until(
          "counted in Redis again",
          BACK,
          () ->
              node.get(KEYS).status() != 503
                  && redis("EXISTS", "sluice:{limit}:free:ip:127.0.0.1").toInteger() == 1);
    }
  }

  private static void assertLoss(String onLoss, List<Answer> answers) {
    long good = answers.stream().filter(a -> a.status() == 200).count();
    switch (onLoss) {
      case "open" -> assertThat(good).isEqualTo(answers.size());
      case "closed" ->
          assertThat(answers)
              .allSatisfy(
                  a -> {
                    assertThat(a.status()).isEqualTo(503);
                    assertThat(a.header("retry-after")).isEqualTo("1");
                    assertThat(a.at("/type")).isEqualTo("urn:sluice:problem:unavailable");
                  });
      default -> {
        assertThat(answers).extracting(Answer::status).containsOnly(200, 429);
        assertThat(good).isBetween(20 * 3 - 10L, 40 + 20 * 4L);
        assertThat(answers)
            .allSatisfy(a -> assertThat(a.header("ratelimit")).startsWith("\"free\""));
      }
    }
  }

  private static void assertTier(TestNode node, String key, String policy, String state)
      throws Exception {
    Answer answer = node.get("/api/v1/auth/me", "X-API-Key", key);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.header("ratelimit-policy")).isEqualTo(policy);
    assertThat(answer.header("ratelimit")).isEqualTo(state);
  }

  private static TestNode node(Servers servers, String tier, int rate, int burst, String onLoss)
      throws Exception {
    String prefix = "SLUICE_LIMITS_TIERS_" + tier.toUpperCase(java.util.Locale.ROOT);
    return TestNode.start(
        servers.postgres().uri(),
        server.uri(),
        servers.kafka().bootstrapServers(),
        Map.of(
            prefix + "_RATE",
            Integer.toString(rate),
            prefix + "_BURST",
            Integer.toString(burst),
            "SLUICE_LIMITS_ON_REDIS_LOSS",
            onLoss));
  }

  /** A key in the database of the auth room, as its next issue will make them over HTTP. */
  private static String key(Servers servers, UUID owner, String tier) throws Exception {
    String key = "slk_" + UUID.randomUUID();
    URI target = URI.create(servers.postgres().uri());
    String[] who = target.getUserInfo().split(":", 2);
    String url =
        "jdbc:postgresql://%s:%d%s".formatted(target.getHost(), target.getPort(), target.getPath());
    try (Connection connection = DriverManager.getConnection(url, who[0], who[1]);
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO auth.api_keys (id, sha256, owner_id, name, tier, permissions,"
                    + " created_at) VALUES (?, ?, ?, 'test', ?, '{}', now())")) {
      insert.setObject(1, UUID.randomUUID());
      insert.setString(
          2,
          HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-256")
                      .digest(key.getBytes(StandardCharsets.UTF_8))));
      insert.setObject(3, owner);
      insert.setString(4, tier);
      insert.executeUpdate();
    }
    return key;
  }

  private static Response redis(String command, String... arguments) throws Exception {
    Request request = Request.cmd(Command.create(command));
    for (String argument : arguments) {
      request.arg(argument);
    }
    return await(redis.send(request));
  }
}
