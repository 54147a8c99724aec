package dev.sluice.limiter;

import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.FreePort;
import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import dev.sluice.limiter.Decision.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An operator asks one node about what another one holds. */
@ExtendWith(Servers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsRestIT {
  private static final String LIMITS = "/api/v1/admin/limits";
  private static final String CLIENT = "key:busy";
  private static final Policy POLICY = Policy.perSecond("of-the-test", 10, 20);

  private LimiterNode other;
  private TestNode node;
  private String[] admin;

  @BeforeAll
  void start(Servers servers, @TempDir Path folder) throws Exception {
    int first = FreePort.find();
    int second = FreePort.find();
    other = LimiterNode.join("other", first, second);
    Path file = folder.resolve("credentials.json");
    Map<String, String> settings = new HashMap<>(LimiterNode.cluster(second, first));
    settings.put("SLUICE_CLUSTER_ENABLED", "true");
    settings.put("SLUICE_AUTH_BOOTSTRAP_FILE", file.toString());
    // Only the first node of a database makes an admin.
    node =
        TestNode.start(
            servers.newDatabase(),
            servers.redis().uri(),
            servers.kafka().bootstrapServers(),
            settings);
    JsonNode credentials = new ObjectMapper().readTree(file.toFile()).get("admin");
    admin =
        TestNode.bearer(node.post("/api/v1/auth/login", credentials.toString()).at("/accessToken"));
    until(
        "the other node is known",
        Duration.ofSeconds(30),
        () -> node.get(LIMITS + "/explain?client=key:nobody", admin).text().contains("other"));
  }

  @AfterAll
  void stop() throws Exception {
    node.close();
    other.leave();
  }

  @Test
  void whyAClientIsRefused() throws Exception {
    other.holdings().hold(CLIENT, new Holdings.Held("of-the-test", -1, 30, 0, 1, 100, false));
    other.log().refused(POLICY, CLIENT, 1, Outcome.DENIED, 100);
    Answer why = node.get(LIMITS + "/explain?client=" + CLIENT, admin);
    assertThat(why.status()).as(why.text()).isEqualTo(200);
    assertThat(why.at("/buckets/0/policy")).isEqualTo("of-the-test");
    assertThat(why.at("/buckets/0/level")).isEqualTo("-1");
    assertThat(why.at("/buckets/0/holdings/0/node")).isEqualTo("other");
    assertThat(why.at("/denials/0/reason")).isEqualTo("denied");
    assertThat(why.json().get("nodes").toString()).contains("\"other\"");
    Answer bad = node.get(LIMITS + "/explain?client=busy", admin);
    assertThat(bad.status()).isEqualTo(400);
    assertThat(bad.at("/errors/0/field")).isEqualTo("client");
  }

  @Test
  void aBucketIsFilledAgain() throws Exception {
    other.holdings().hold("key:full", new Holdings.Held("of-the-test", 0, 30, 0, 0, 100, false));
    Answer done = node.post(LIMITS + "/reset", "{\"client\":\"key:full\"}", admin);
    assertThat(done.status()).as(done.text()).isEqualTo(200);
    assertThat(done.at("/policies/0")).isEqualTo("of-the-test");
    assertThat(other.holdings().of("key:full")).isEmpty();
    assertThat(node.post(LIMITS + "/reset", "{\"client\":\"key:full\"}", admin).status())
        .isEqualTo(404);
  }

  @Test
  void whatALimitWouldHaveDone() throws Exception {
    Policy seen = Policy.perSecond("seen", 10, 20);
    for (int i = 0; i < 5; i++) {
      other.log().allowed(seen, CLIENT, 1);
    }
    String tight = "{\"policy\":\"seen\",\"rate\":2,\"per\":\"PT10M\"}";
    Answer preview = node.post(LIMITS + "/preview", tight, admin);
    assertThat(preview.status()).as(preview.text()).isEqualTo(200);
    assertThat(preview.at("/requests")).isEqualTo("5");
    assertThat(preview.at("/refused")).isEqualTo("3");
    assertThat(preview.at("/items/0/client")).isEqualTo(CLIENT);
    Answer bad = node.post(LIMITS + "/preview", tight.replace("PT10M", "10m"), admin);
    assertThat(bad.status()).isEqualTo(400);
    assertThat(bad.at("/errors/0/field")).isEqualTo("per");
    assertThat(bad.at("/errors/0/detail"))
        .isEqualTo("must be an ISO-8601 duration such as PT1S or PT15M");
  }

  @Test
  void onlyAnAdminMay() throws Exception {
    String[] user = node.signIn();
    assertThat(node.get(LIMITS + "/explain?client=" + CLIENT, user).status()).isEqualTo(403);
    assertThat(node.post(LIMITS + "/reset", "{\"client\":\"key:a\"}", user).status())
        .isEqualTo(403);
    assertThat(node.get(LIMITS + "/explain?client=" + CLIENT).status()).isEqualTo(401);
  }
}
