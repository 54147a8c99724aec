package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import dev.sluice.Waiting;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is behind a node, as those see who may. */
@ExtendWith(Servers.Extension.class)
class CatalogIT {
  @TempDir Path folder;
  private Vertx vertx;
  private TestUpstream alive;
  private TestUpstream dying;
  private TestNode node;

  @BeforeEach
  void start(Servers servers) throws Exception {
    vertx = Vertx.vertx();
    alive = new TestUpstream(vertx, request -> request.response().end("well"));
    dying = new TestUpstream(vertx, request -> request.response().end("well"));
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        upstreams:
          shop:
            targets: [{url: "%s", labels: {version: v1}}, {url: "%s", weight: 3}]
            health: {path: /health, every: 500ms, timeout: 400ms}
            balance: least_requests
            about:
              description: Things to buy
              purpose: sales
              owner: Shop Team
              language: Go
              port: 8081
              depends_on: [postgres-primary]
          lonely: {targets: [{url: "http://127.0.0.1:1"}]}
        routes:
          cart: {match: {paths: ["/cart/*"]}, upstream: shop}
          off: {enabled: false, match: {paths: ["/off"]}, upstream: lonely}
          both: {match: {paths: ["/both"]}, split: [{upstream: shop}], mirror: {upstream: lonely}}
        """
            .formatted(alive.url(), dying.url()));
    Path credentials = folder.resolve("credentials.json");
    node =
        TestNode.start(
            servers,
            folder,
            Map.of(
                "SLUICE_POSTGRES_URI",
                servers.newDatabase(),
                "SLUICE_AUTH_BOOTSTRAP_FILE",
                credentials.toString()));
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
    Waiting.await(vertx.close());
  }

  private String[] admin() throws Exception {
    Path file = folder.resolve("credentials.json");
    JsonNode admin = new ObjectMapper().readTree(file.toFile()).get("admin");
    return TestNode.bearer(node.post("/api/v1/auth/login", admin.toString()).at("/accessToken"));
  }

  private static JsonNode named(JsonNode all, String name) {
    for (JsonNode one : all) {
      if (one.path("name").asText().equals(name)) {
        return one;
      }
    }
    throw new AssertionError("no " + name + " in " + all);
  }

  @Test
  void adminsSeeWhatIsBehindAndHowItIs() throws Exception {
    String[] admin = admin();
    assertThat(node.get("/api/v1/catalog").status()).isEqualTo(401);
    assertThat(node.get("/api/v1/catalog", node.signIn()).status()).isEqualTo(403);
    Answer answer = node.get("/api/v1/catalog", admin);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("cache-control")).isEqualTo("no-store");
    assertThat(answer.text()).isEqualTo(node.get("/api/catalog", admin).text());
    JsonNode shop = named(answer.json().path("services"), "shop");
    assertThat(shop.path("owner").asText()).isEqualTo("Shop Team");
    assertThat(shop.path("language").asText()).isEqualTo("Go");
    assertThat(shop.path("port").asInt()).isEqualTo(8081);
    assertThat(shop.path("purpose").asText()).isEqualTo("sales");
    assertThat(shop.path("dependsOn").toString()).isEqualTo("[\"postgres-primary\"]");
    assertThat(shop.path("balance").asText()).isEqualTo("least_requests");
    assertThat(shop.path("status").asText()).isEqualTo("healthy");
    assertThat(shop.path("breaker").asText()).isEqualTo("closed");
    assertThat(shop.path("routes").toString()).isEqualTo("[\"cart\",\"both\"]");
    assertThat(shop.at("/targets/1/weight").asInt()).isEqualTo(3);
    assertThat(shop.at("/targets/0/labels/version").asText()).isEqualTo("v1");
    assertThat(named(answer.json().path("services"), "lonely").path("routes").toString())
        .isEqualTo("[\"both\"]");
    assertThat(named(answer.json().path("rooms"), "order").path("contracts").toString())
        .contains("order.create");
    for (String server : new String[] {"postgres", "redis", "kafka"}) {
      JsonNode support = named(answer.json().path("support"), server);
      assertThat(support.path("status").asText()).as(server).isEqualTo("healthy");
      assertThat(support.path("configured").asBoolean()).isTrue();
      assertThat(support.path("purpose").asText()).isNotEmpty();
      assertThat(support.path("usedBy")).isNotEmpty();
    }
    assertProperties(node.get("/openapi.json").json(), answer.json());
  }

  @Test
  void aTargetThatDiesIsSeen() throws Exception {
    String[] admin = admin();
    dying.kill();
    Waiting.until(
        "it is degraded",
        Duration.ofSeconds(20),
        () -> "degraded".equals(node.get("/api/v1/catalog", admin).at("/services/1/status")));
    Answer answer = node.get("/api/v1/catalog", admin);
    assertThat(answer.at("/services/1/targets/0/status")).isEqualTo("healthy");
    assertThat(answer.at("/services/1/targets/1/status")).isEqualTo("unhealthy");
    alive.kill();
    Waiting.until(
        "it is unhealthy",
        Duration.ofSeconds(20),
        () -> "unhealthy".equals(node.get("/api/v1/catalog", admin).at("/services/1/status")));
  }

  @Test
  void aGatewayAloneUsesRedisOnly(Servers servers) throws Exception {
    try (TestNode gateway = TestNode.gateway(servers, folder, Map.of())) {
      assertThat(gateway.get("/api/v1/catalog").status()).isEqualTo(401);
    }
  }

  private static void assertProperties(JsonNode document, JsonNode catalog) {
    Map.of(
            "catalog", "",
            "catalog.service", "/services/0",
            "catalog.target", "/services/0/targets/0",
            "catalog.room", "/rooms/0",
            "catalog.support", "/support/0")
        .forEach(
            (schema, pointer) ->
                assertThat(catalog.at(pointer).fieldNames())
                    .toIterable()
                    .as(schema)
                    .containsExactlyInAnyOrderElementsOf(
                        () ->
                            document
                                .at("/components/schemas/" + schema + "/properties")
                                .fieldNames()));
  }
}
