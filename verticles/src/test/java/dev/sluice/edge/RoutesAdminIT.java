package dev.sluice.edge;

import static dev.sluice.Waiting.await;
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
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Routes that are changed while the gateway runs: by their file, and over REST. */
@ExtendWith(Servers.Extension.class)
class RoutesAdminIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir Path folder;
  private Vertx vertx;
  private TestUpstream upstream;
  private TestNode node;
  private String[] admin;

  @BeforeEach
  void start(Servers servers) throws Exception {
    vertx = Vertx.vertx();
    upstream = new TestUpstream(vertx, request -> request.response().end(request.uri()));
    write("/first");
    Path credentials = folder.resolve("credentials.json");
    Map<String, String> settings = new HashMap<>(RouteFeaturesIT.UNLIMITED);
    settings.put("SLUICE_AUTH_BOOTSTRAP_FILE", credentials.toString());
    settings.put("SLUICE_POSTGRES_URI", servers.newDatabase());
    node = TestNode.start(servers, folder, settings);
    JsonNode account = new ObjectMapper().readTree(credentials.toFile()).get("admin");
    admin = TestNode.bearer(node.post("/api/v1/auth/login", account.toString()).at("/accessToken"));
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
    await(vertx.close());
  }

  private void write(String path) throws Exception {
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        upstreams:
          shop: {targets: [{url: "%s"}]}
        routes:
          file: {match: {paths: ["%s"]}, upstream: shop}
        """
            .formatted(upstream.url(), path));
  }

  private Answer send(String method, String path, String json) throws Exception {
    return node.send(method, "/api/v1/admin/" + path, json, admin);
  }

  @Test
  void theFileIsReadAgainAndABadOneIsRefused() throws Exception {
    assertThat(node.get("/first").text()).isEqualTo("/first");
    write("/second");
    Waiting.until("it is in force", SOON, () -> node.get("/second").status() == 200);
    assertThat(node.get("/first").status()).isEqualTo(404);
    Files.writeString(folder.resolve("routes.yaml"), "routes: {file: {upstream: nowhere}}");
    Waiting.until(
        "it is refused",
        SOON,
        () ->
            node.get(node.managementUrl() + "/metrics")
                .text()
                .contains("routes_reloads_total{outcome=\"refused\",service=\"sluice\"} 1.0"));
    assertThat(node.get("/second").status()).isEqualTo(200);
  }

  @Test
  void routesArePutPatchedAndDeleted() throws Exception {
    assertThat(node.get("/mine/x").status()).isEqualTo(404);
    String route = "{\"match\":{\"paths\":[\"/mine/*\"]},\"upstream\":\"shop\"}";
    Answer put = send("PUT", "routes/mine", route);
    assertThat(put.status()).as(put.text()).isEqualTo(200);
    assertThat(put.at("/source")).isEqualTo("api");
    assertThat(put.header("ETag")).isNotNull();
    assertThat(node.get("/mine/x").text()).isEqualTo("/mine/x");
    Answer patch = send("PATCH", "routes/mine", "{\"rewrite\":{\"strip_prefix\":\"/mine\"}}");
    assertThat(patch.status()).as(patch.text()).isEqualTo(200);
    assertThat(patch.at("/route/upstream")).isEqualTo("shop");
    assertThat(node.get("/mine/x").text()).isEqualTo("/x");
    assertThat(send("GET", "routes/mine", null).at("/route/rewrite/strip_prefix"))
        .isEqualTo("/mine");
    assertThat(send("GET", "routes", null).json().path("items")).hasSize(2);
    assertThat(send("DELETE", "routes/mine", null).status()).isEqualTo(204);
    assertThat(node.get("/mine/x").status()).isEqualTo(404);
    assertThat(send("DELETE", "routes/mine", null).status()).isEqualTo(404);
  }

  @Test
  void whatDoesNotFitIsRefusedWhole() throws Exception {
    Answer unknown =
        send("PUT", "routes/bad", "{\"match\":{\"paths\":[\"/bad\"]},\"upstream\":\"shopp\"}");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.text()).contains("routes.bad.upstream", "shop");
    assertThat(node.get("/bad").status()).isEqualTo(404);
    assertThat(send("PUT", "routes/bad", "[1]").status()).isEqualTo(400);
    assertThat(send("PUT", "routes/bad", null).status()).isEqualTo(400);
    assertThat(send("PATCH", "routes/none", "{}").status()).isEqualTo(404);
    Answer folder =
        send(
            "PUT",
            "routes/files",
            "{\"match\":{\"paths\":[\"/f/*\"]},\"folder\":{\"path\":\"/\"}}");
    assertThat(folder.status()).as("files of the node are not for the API").isEqualTo(400);
    Answer contract =
        send(
            "PUT", "routes/odd", "{\"match\":{\"paths\":[\"/o/{x}\"]},\"contract\":\"order.get\"}");
    assertThat(contract.status()).as("what no node could make is not stored").isEqualTo(400);
    Answer ofFile = send("DELETE", "routes/file", null);
    assertThat(ofFile.status()).isEqualTo(409);
    assertThat(ofFile.at("/detail")).contains("routes.yaml");
    Answer valid = send("POST", "routes/validate", "{\"routes\":{}}");
    assertThat(valid.at("/valid")).isEqualTo("true");
    assertThat(send("POST", "routes/validate", "{\"routes\":{\"a\":{}}}").status()).isEqualTo(400);
    String[] user = node.signIn();
    assertThat(node.get("/api/v1/admin/routes", user).status()).isEqualTo(403);
    assertThat(node.send("PUT", "/api/v1/admin/routes/mine", "{}", user).status()).isEqualTo(403);
    assertThat(node.get("/api/v1/admin/routes").status()).isEqualTo(401);
  }

  @Test
  void aFilesRouteIsSwitchedOffAndVersionsAreRestored() throws Exception {
    assertThat(send("PATCH", "routes/file", "{\"enabled\":false}").status()).isEqualTo(200);
    assertThat(node.get("/first").status()).isEqualTo(404);
    var versions = send("GET", "routes/versions", null).json().path("items");
    long off = versions.get(0).path("version").asLong();
    assertThat(send("DELETE", "routes/file", null).status()).isEqualTo(204);
    assertThat(node.get("/first").status()).isEqualTo(200);
    Answer restored = send("POST", "routes/versions/" + off + "/restore", "{}");
    assertThat(restored.status()).as(restored.text()).isEqualTo(200);
    assertThat(node.get("/first").status()).isEqualTo(404);
    assertThat(
            send("GET", "routes/versions/" + off, null)
                .json()
                .at("/document/routes/file/enabled")
                .asBoolean())
        .isFalse();
    assertThat(send("GET", "routes/versions/999999", null).status()).isEqualTo(404);
  }
}
