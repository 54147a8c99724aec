package dev.sluice.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import dev.sluice.devstack.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The first admin and the first API keys, in a database that had none. */
@ExtendWith(Servers.Extension.class)
class BootstrapIT {
  private static final String ORDERS = "/api/v1/orders";

  @TempDir static Path folder;
  private static PostgresServer postgres;
  private static TestNode node;
  private static Path file;
  private static JsonNode written;

  @BeforeAll
  static void open(Servers servers) throws Exception {
    postgres = PostgresServer.start(folder.resolve("postgres"), 0);
    file = folder.resolve("secrets").resolve("credentials.json");
    node = start(servers);
    written = new ObjectMapper().readTree(file.toFile());
  }

  @AfterAll
  static void close() {
    if (node != null) {
      node.close();
    }
    postgres.close();
  }

  @Test
  void theFileHasThisShapeAndNobodyElseReadsIt() throws Exception {
    assertThat(names(written)).containsExactlyInAnyOrder("admin", "apiKeys");
    assertThat(names(written.get("admin"))).containsExactlyInAnyOrder("email", "password");
    assertThat(names(written.get("apiKeys")))
        .containsExactlyInAnyOrder("free", "pro", "enterprise", "internal");
    for (String tier : names(written.get("apiKeys"))) {
      assertThat(key(tier)).startsWith("slk_").hasSizeGreaterThan(30);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> beside = Files.list(file.getParent())) {
      assertThat(beside).containsExactly(file);
    }
  }

  @Test
  void theAdminCanSignIn() throws Exception {
    Answer login = node.post("/api/v1/auth/login", written.get("admin").toString());
    assertThat(login.status()).as(login.text()).isEqualTo(200);
    Answer me = node.get("/api/v1/auth/me", TestNode.bearer(login.at("/accessToken")));
    assertThat(me.json().get("roles").toString()).contains("\"admin\"");
    assertThat(me.at("/tier")).isEqualTo("internal");
  }

  @Test
  void eachKeyWorksInItsTier() throws Exception {
    Map<String, String> policies =
        Map.of(
            "free", "\"free\";q=100000;w=1;sluice-burst=100000",
            "pro", "\"pro\";q=100;w=1;sluice-burst=200",
            "enterprise", "\"enterprise\";q=1000;w=1;sluice-burst=2000");
    for (String tier : names(written.get("apiKeys"))) {
      Answer orders = node.get(ORDERS, "X-API-Key", key(tier));
      assertThat(orders.status()).as(tier + ": " + orders.text()).isEqualTo(200);
      assertThat(orders.header("RateLimit-Policy")).as(tier).isEqualTo(policies.get(tier));
      if (tier.equals("internal")) {
        assertThat(orders.header("RateLimit")).isNull();
      } else {
        assertThat(orders.header("RateLimit")).matches("\"" + tier + "\";r=\\d+;t=\\d+");
      }
    }
  }

  @Test
  void withATokenTheKeySaysTheTierOnly() throws Exception {
    String[] user = node.signIn();
    Answer me = node.get("/api/v1/auth/me", user[0], user[1], "X-API-Key", key("pro"));
    assertThat(me.status()).isEqualTo(200);
    assertThat(me.at("/email")).endsWith("@example.com");
    assertThat(me.json().get("roles").toString()).isEqualTo("[\"user\"]");
    assertThat(me.header("RateLimit-Policy")).startsWith("\"pro\";q=100;");
    assertThat(node.get("/api/v1/auth/me", user[0], user[1], "X-API-Key", "wrong").status())
        .isEqualTo(401);
    assertThat(node.get(ORDERS, "Authorization", "Bearer x", "X-API-Key", key("pro")).status())
        .isEqualTo(401);
  }

  @Test
  void aKeyIsNoSessionAndNoAdmin() throws Exception {
    String[] key = {"X-API-Key", key("enterprise")};
    assertThat(node.send("POST", "/api/v1/auth/logout", null, key).status()).isEqualTo(400);
    assertThat(
            node.send("PUT", "/api/v1/admin/log-levels/dev.sluice", "{\"level\":\"info\"}", key)
                .status())
        .isEqualTo(403);
    assertThat(node.get(ORDERS, TestNode.bearer(key("pro"))).status()).isEqualTo(401);
  }

  @Test
  void aWrongKeyIsRefused() throws Exception {
    String good = key("pro");
    List<String> wrong =
        List.of(
            "slk_wrong",
            "",
            good + "x",
            good.substring(0, good.length() - 1),
            "SLK_" + good.substring(4),
            Secrets.sha256(good),
            "' OR 1=1 --",
            "x".repeat(201),
            "x".repeat(10_240));
    for (int round = 0; round < 2; round++) {
      for (String key : wrong) {
        Answer answer = node.get(ORDERS, "X-API-Key", key);
        assertThat(answer.status()).as(key).isEqualTo(401);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.header("www-authenticate")).isNotNull();
      }
    }
    assertThat(node.get(ORDERS, "X-API-Key", good).status()).isEqualTo(200);
  }

  @Test
  void aDatabaseWithAnAdminGetsNoSecond(Servers servers) throws Exception {
    byte[] before = Files.readAllBytes(file);
    try (TestNode second = start(servers)) {
      assertThat(Files.readAllBytes(file)).isEqualTo(before);
      assertThat(second.get(ORDERS, "X-API-Key", key("pro")).status()).isEqualTo(200);
    }
    Path elsewhere = folder.resolve("elsewhere.json");
    try (TestNode third = start(servers, elsewhere)) {
      assertThat(third.get(ORDERS, "X-API-Key", key("pro")).status()).isEqualTo(200);
    }
    assertThat(elsewhere).doesNotExist();
  }

  private static TestNode start(Servers servers) throws Exception {
    return start(servers, file);
  }

  private static TestNode start(Servers servers, Path bootstrap) throws Exception {
    return TestNode.start(
        postgres.uri(),
        servers.redis().uri(),
        servers.kafka().bootstrapServers(),
        Map.of("SLUICE_AUTH_BOOTSTRAP_FILE", bootstrap.toString()));
  }

  private static String key(String tier) {
    return written.at("/apiKeys/" + tier).asText();
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
