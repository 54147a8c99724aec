package dev.sluice.node;

import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Servers.Extension.class)
class NodeRoomIT {
  private static final String PATH = "/api/v1/admin/log-levels/dev.sluice.order";

  @TempDir static Path folder;

  @Test
  void onlyAnAdminSetsLevelsAndEveryNodeHearsIt(Servers servers) throws Exception {
    Path file = folder.resolve("credentials.json");
    Map<String, String> settings = Map.of("SLUICE_AUTH_BOOTSTRAP_FILE", file.toString());
    try (TestNode node =
        TestNode.start(
            servers.newDatabase(),
            servers.redis().uri(),
            servers.kafka().bootstrapServers(),
            settings)) {
      assertThat(node.send("PUT", PATH, "{\"level\":\"debug\"}", node.signIn()).status())
          .isEqualTo(403);
      JsonNode admin = new ObjectMapper().readTree(file.toFile()).get("admin");
      String[] token =
          TestNode.bearer(node.post("/api/v1/auth/login", admin.toString()).at("/accessToken"));
      Answer bad = node.send("PUT", PATH, "{\"level\":\"loud\"}", token);
      assertThat(bad.status()).isEqualTo(400);
      assertThat(bad.at("/errors/0/detail"))
          .isEqualTo("must be one of trace, debug, info, warn, error, off");
      Answer set = node.send("PUT", PATH, "{\"level\":\"debug\"}", token);
      assertThat(set.status()).as(set.text()).isEqualTo(200);
      assertThat(set.at("/level")).isEqualTo("debug");
      until(
          "the node has set it",
          Duration.ofSeconds(5),
          () -> "debug".equals(node.logLevels().get("dev.sluice.order")));
    }
  }
}
