package dev.sluice.limiter;

import static dev.sluice.TestNode.bearer;
import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import dev.sluice.devstack.RedisServer;
import dev.sluice.limiter.Decision.Outcome;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.redis.RedisConfig;
import dev.sluice.platform.redis.RedisLine;
import dev.sluice.platform.time.Time;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.InputStream;
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
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rate limiter: its arithmetic, what clients are told, and what it does without Redis. */
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

  /** The script under a clock handed in, the local bucket, and the definition: all three agree. */
  @RepeatedTest(5)
  void scriptAndLocalBucketCountTheSame() throws Exception {
    long seed = System.nanoTime();
    System.out.println("LimiterIT seed " + seed);
    Random random = new Random(seed);
    String script =
        script()
            .replace("redis.call('TIME')", "{ARGV[4], ARGV[5]}")
            .replace("reset + 1000", "3600000");
    assertThat(script).contains("ARGV[4]", "3600000");
    Policy policy =
        new Policy("p", 1 + random.nextInt(100), 1 + random.nextInt(100), Policy.Loss.LOCAL);
    long micros = 1_700_000_000_000_000L;
    TokenBucket local = new TokenBucket(policy, micros * 1000);
    long level = policy.burst() * 1_000_000L;
    for (int i = 0; i < 400; i++) {
      long passed = random.nextInt(4) == 0 ? random.nextInt(500_000) : random.nextInt(2000);
      micros += passed;
      int cost = 1 + random.nextInt(Math.min(policy.burst(), 50));
      level = Math.min(policy.burst() * 1_000_000L, level + passed * policy.rate());
      boolean enough = level >= cost * 1_000_000L;
      level -= enough ? cost * 1_000_000L : 0;

      Decision here = local.take(cost, micros * 1000);
      List<Long> there = eval(script, policy, "bucket" + seed, cost, micros);
      String step = "seed " + seed + ", step " + i + ", " + policy;
      assertThat(here.allowed()).as(step).isEqualTo(enough);
      assertThat(here.remaining()).as(step).isEqualTo(level / 1_000_000);
      assertThat(there)
          .as(step)
          .containsExactly(
              enough ? 1L : 0L, here.remaining(), here.retryMillis(), here.resetMillis());
      if (!enough && random.nextBoolean()) {
        // What is told is enough, and a millisecond less is not.
        micros += (here.retryMillis() - 1) * 1000;
        level =
            Math.min(
                policy.burst() * 1_000_000L,
                level + (here.retryMillis() - 1) * 1000 * policy.rate());
        assertThat(local.take(cost, micros * 1000).allowed()).as(step).isFalse();
        assertThat(eval(script, policy, "bucket" + seed, cost, micros).get(0)).as(step).isZero();
        micros += 1000;
        level = Math.min(policy.burst() * 1_000_000L, level + 1000L * policy.rate());
        level -= cost * 1_000_000L;
        assertThat(local.take(cost, micros * 1000).allowed()).as(step).isTrue();
        assertThat(eval(script, policy, "bucket" + seed, cost, micros).get(0)).as(step).isOne();
      }
    }
  }

  @Test
  void noTimeCountsTwiceWhenThreadsLookAtTheClockOutOfOrder() {
    Policy policy = new Policy("p", 1, 10, Policy.Loss.LOCAL);
    TokenBucket bucket = new TokenBucket(policy, 0);
    long second = 1_000_000_000L;
    assertThat(bucket.take(10, 0).allowed()).isTrue();
    assertThat(bucket.take(1, 2 * second).remaining()).isEqualTo(1);
    assertThat(bucket.take(1, second).remaining()).isZero();
    assertThat(bucket.take(1, 2 * second).allowed()).isFalse();
  }

  @Test
  void takersInParallelNeverGetMoreThanThereIs() throws Exception {
    Policy policy = new Policy("p", 200, 100, Policy.Loss.CLOSED);
    AtomicLong allowed = new AtomicLong();
    AtomicLong asked = new AtomicLong();
    long begun = System.nanoTime();
    long end = begun + TimeUnit.MILLISECONDS.toNanos(1500);
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(
          onLoop(
              limiter -> {
                List<Future<Void>> takers = new ArrayList<>();
                for (int j = 0; j < 8; j++) {
                  takers.add(takeUntil(limiter, policy, end, allowed, asked));
                }
                return Future.all(takers).mapEmpty();
              }));
    }
    await(Future.all(all));
    double seconds = (System.nanoTime() - begun) / 1e9;
    double most = policy.burst() + policy.rate() * seconds;
    assertThat(asked.get())
        .as("there were more than could be let through")
        .isGreaterThan((long) (2 * most));
    assertThat((double) allowed.get())
        .isLessThanOrEqualTo(most)
        .isGreaterThan(policy.burst() + 200);
  }

  @Test
  void aBucketIsForgottenWhenItIsFullAgain() throws Exception {
    Policy policy = new Policy("p", 2, 10, Policy.Loss.CLOSED);
    Decision decision = await(onLoop(limiter -> limiter.take(policy, "ip:192.0.2.1", 4)));
    assertThat(decision.resetMillis()).isEqualTo(2000);
    long ttl = redis("PTTL", "sluice:limit:{ip:192.0.2.1}:p").toLong();
    assertThat(ttl).isBetween(1L, 3000L);
  }

  @Test
  void scriptsThatRedisForgotAreSentAgain() throws Exception {
    Policy policy = new Policy("p", 1, 10, Policy.Loss.CLOSED);
    List<Long> left = new ArrayList<>();
    await(
        onLoop(
            limiter ->
                limiter
                    .take(policy, "x", 1)
                    .onSuccess(d -> left.add(d.remaining()))
                    .compose(d -> redis.send(Request.cmd(Command.SCRIPT).arg("FLUSH")))
                    .compose(d -> limiter.take(policy, "x", 1))
                    .onSuccess(d -> left.add(d.remaining()))));
    assertThat(left).containsExactly(9L, 8L);
  }

  @Test
  void bucketsOfThisNodeAreBounded() {
    RedisLimiter.LocalBuckets buckets = new RedisLimiter.LocalBuckets(Time.system());
    Policy policy = new Policy("p", 1, 1, Policy.Loss.LOCAL);
    for (int i = 0; i < 2 * RedisLimiter.LocalBuckets.MOST; i++) {
      assertThat(buckets.take(policy, "ip:" + i, 1, 0).allowed()).isTrue();
    }
    assertThat(buckets.size()).isLessThanOrEqualTo(RedisLimiter.LocalBuckets.MOST + 100L);
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
      assertThat(refused.header("retry-after")).isEqualTo("1");
      assertThat(refused.header("ratelimit-policy")).isEqualTo("\"free\";q=1;w=1;sluice-burst=3");
      assertThat(refused.header("ratelimit")).isEqualTo("\"free\";r=0;t=1");
      assertThat(node.get("/health/live").status()).isEqualTo(200);
      long allowedAt = at + TimeUnit.SECONDS.toNanos(1);
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
      // Free is by address, whoever asks; a tier nobody has set up is free too.
      assertTier(node, keys.get("free"), "\"free\";q=10;w=1;sluice-burst=20", "\"free\";r=19;t=1");
      assertThat(redis("EXISTS", "sluice:limit:{ip:127.0.0.1}:free").toInteger()).isEqualTo(1);
      redis("FLUSHALL");
      assertTier(
          node, keys.get("unheard-of"), "\"free\";q=10;w=1;sluice-burst=20", "\"free\";r=19;t=1");
    }
  }

  @Test
  void strangersAndGuessersAreCountedByAddress(Servers servers) throws Exception {
    try (TestNode node = node(servers, "free", 1, 5, "closed")) {
      List<String[]> guesses =
          List.of(
              new String[] {"X-API-Key", "slk_guess"},
              bearer("a.b.c"),
              new String[] {"Authorization", "Basic YTpi"},
              new String[0]);
      for (String[] guess : guesses) {
        redis("FLUSHALL");
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
    "local,stop",
    "open,stop",
    "closed,stop",
    "local,pause",
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
                  && redis("EXISTS", "sluice:limit:{ip:127.0.0.1}:free").toInteger() == 1);
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

  private static Future<Void> takeUntil(
      Limiter limiter, Policy policy, long end, AtomicLong allowed, AtomicLong asked) {
    Promise<Void> done = Promise.promise();
    takeAgain(limiter, policy, end, allowed, asked, done);
    return done.future();
  }

  /** One after the other without a chain of futures: its end would be thousands of calls deep. */
  private static void takeAgain(
      Limiter limiter,
      Policy policy,
      long end,
      AtomicLong allowed,
      AtomicLong asked,
      Promise<Void> done) {
    if (System.nanoTime() > end) {
      done.complete();
      return;
    }
    limiter
        .take(policy, "shared", 1)
        .onSuccess(
            decision -> {
              asked.incrementAndGet();
              if (decision.outcome() == Outcome.UNKNOWN) {
                done.fail("the limiter could not count");
                return;
              }
              if (decision.allowed()) {
                allowed.incrementAndGet();
              }
              takeAgain(limiter, policy, end, allowed, asked, done);
            })
        .onFailure(done::fail);
  }

  /** Runs with a limiter of its own, on an event loop of its own. */
  private static <T> Future<T> onLoop(java.util.function.Function<Limiter, Future<T>> work) {
    Promise<T> done = Promise.promise();
    Context loop = vertx.getOrCreateContext();
    RedisConfig config =
        Config.load(null, Map.of("SLUICE_REDIS_URI", server.uri()), List.of(RedisConfig.SECTION))
            .get(RedisConfig.SECTION);
    loop.runOnContext(
        now -> {
          RedisLine line = new RedisLine(vertx, config);
          Time time = Time.system();
          work.apply(new RedisLimiter(line, time, new RedisLimiter.LocalBuckets(time)))
              .onComplete(
                  result -> {
                    line.close();
                    done.handle(result);
                  });
        });
    return done.future();
  }

  private static List<Long> eval(String script, Policy policy, String key, int cost, long micros)
      throws Exception {
    Request request =
        Request.cmd(Command.EVAL)
            .arg(script)
            .arg(1)
            .arg(key)
            .arg(policy.rate())
            .arg(policy.burst())
            .arg(cost)
            .arg(micros / 1_000_000)
            .arg(micros % 1_000_000);
    List<Long> answer = new ArrayList<>();
    await(redis.send(request)).forEach(value -> answer.add(value.toLong()));
    return answer;
  }

  private static Response redis(String command, String... arguments) throws Exception {
    Request request = Request.cmd(Command.create(command));
    for (String argument : arguments) {
      request.arg(argument);
    }
    return await(redis.send(request));
  }

  private static String script() throws Exception {
    try (InputStream in = RedisLimiter.class.getResourceAsStream("token_bucket.lua")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
