package dev.sluice;

import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.TestNode.Answer;
import dev.sluice.devstack.Devstack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * PostgreSQL, Redis and Kafka stopped, or hanging, under a running node: it stays alive, says what
 * is missing, fails what needs it fast and in order, does the rest, loses nothing it acknowledged,
 * and is well again within five seconds of the server's return.
 */
class OutageIT {
  private static final Duration NOTICE = Duration.ofSeconds(5);
  private static final Duration WELL_AGAIN = Duration.ofSeconds(5);

  /** The deadline of a call, and a little for two busy cores. */
  private static final Duration FAST = Duration.ofSeconds(6);

  private static final String ORDER =
      "{\"items\":[{\"sku\":\"TEA-1\",\"quantity\":1,\"unitPrice\":{\"amount\":\"4.50\",\"currency\":\"EUR\"}}]}";

  @TempDir Path folder;
  private Devstack servers;
  private TestNode node;
  private String[] user;
  private final List<String> acknowledged = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    servers = Devstack.start(folder);
    node = startNode(Map.of());
    user = node.signIn();
    create();
  }

  @AfterEach
  void stop() {
    node.close();
    servers.close();
  }

  @Test
  void postgresStopped() throws Exception {
    servers.postgres().stop();
    postgresMissing();
    servers.postgres().start();
    wellAgain();
  }

  @Test
  void postgresHanging() throws Exception {
    servers.postgres().pause();
    postgresMissing();
    servers.postgres().resume();
    wellAgain();
  }

  @Test
  void postgresKilled() throws Exception {
    servers.postgres().kill();
    postgresMissing();
    servers.postgres().start();
    wellAgain();
  }

  @Test
  void redisStoppedWhereEachNodeCountsAlone() throws Exception {
    servers.redis().stop();
    unready("redis");
    create();
    Answer limited = node.get("/api/v1/orders", user);
    assertThat(limited.status()).isEqualTo(200);
    assertThat(limited.header("RateLimit")).startsWith("\"free\";r=");
    servers.redis().start();
    wellAgain();
  }

  @Test
  void redisHangingWhereLimitsAreClosed() throws Exception {
    node.close();
    node = startNode(Map.of("SLUICE_LIMITS_ON_REDIS_LOSS", "closed"));
    servers.redis().pause();
    unready("redis");
    refused(() -> node.get("/api/v1/orders", user));
    refused(() -> node.get("/api/v1/auth/keys"));
    servers.redis().resume();
    wellAgain();
  }

  @Test
  void kafkaStopped() throws Exception {
    servers.kafka().stop();
    unready("kafka");
    create();
    create();
    assertThat(node.get("/api/v1/orders", user).status()).isEqualTo(200);
    assertThat(node.get("/api/v1/audit", user).status()).isEqualTo(200);
    servers.kafka().start();
    wellAgain();
  }

  private void postgresMissing() throws Exception {
    // A read first, while the pool still has connections that look well.
    refused(() -> node.get("/api/v1/orders", user));
    unready("postgres");
    refused(() -> node.post("/api/v1/orders", ORDER, user));
    refused(() -> node.get("/api/v1/orders", user));
    refused(
        () ->
            node.post(
                "/api/v1/auth/login", "{\"email\":\"a@example.com\",\"password\":\"0123456789\"}"));
    assertThat(node.get("/api/v1/auth/me", user).status()).isEqualTo(200);
    assertThat(node.get("/api/v1/auth/keys").status()).isEqualTo(200);
  }

  private TestNode startNode(Map<String, String> settings) throws Exception {
    return TestNode.start(
        servers.postgres().uri(),
        servers.redis().uri(),
        servers.kafka().bootstrapServers(),
        settings);
  }

  private void create() throws Exception {
    Answer created = node.post("/api/v1/orders", ORDER, user);
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    acknowledged.add(created.at("/id"));
  }

  private void unready(String server) throws Exception {
    until(
        "ready names " + server,
        NOTICE,
        () -> {
          Answer ready = node.get("/health/ready");
          return ready.status() == 503
              && ready.at("/status").equals("unhealthy")
              && ready.json().at("/checks").findParents("name").stream()
                  .anyMatch(
                      check ->
                          check.get("name").asText().equals(server)
                              && check.get("status").asText().equals("unhealthy"));
        });
    assertThat(node.get("/health/live").status()).isEqualTo(200);
    assertThat(node.get(node.managementUrl() + "/health/live").status()).isEqualTo(200);
  }

  private static void refused(Callable<Answer> call) throws Exception {
    long begun = System.nanoTime();
    Answer answer = call.call();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(FAST);
    assertThat(answer.status()).as(answer.text()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).matches("[1-9]\\d*");
    assertThat(answer.at("/type")).isEqualTo("urn:sluice:problem:unavailable");
  }

  private void wellAgain() throws Exception {
    until(
        "ready, and orders are taken",
        WELL_AGAIN,
        () ->
            node.get("/health/ready").status() == 200
                && node.post("/api/v1/orders", ORDER, user).status() == 201);
    assertThat(acknowledged)
        .allSatisfy(
            id -> assertThat(node.get("/api/v1/orders/" + id, user).status()).isEqualTo(200));
    for (String id : acknowledged) {
      until(
          "the audit has order " + id,
          Duration.ofSeconds(30),
          () ->
              node.get("/api/v1/audit?resource=order:" + id, user).json().at("/items").size() == 1);
    }
  }
}
