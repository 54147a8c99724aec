package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.platform.config.Config;
import dev.sluice.platform.lifecycle.NodeConfig;
import dev.sluice.rules.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files in conf/ can be started with as they are. */
class ConfFolderTest {
  private static final Path CONF = Sources.root().resolve("conf");

  @Test
  void theConfigurationLoadsWithNothingButASecret() throws IOException {
    Config config =
        Config.load(
            CONF,
            Map.of("SLUICE_NODE_SECRET", "a secret of the tests of 32 characters"),
            SluiceNode.SECTIONS);
    assertThat(new RoleFiles(CONF).rooms(config.get(NodeConfig.SECTION).roles()))
        .containsAll(SluiceNode.ROOMS.keySet())
        .contains(SluiceNode.EDGE);
  }

  @Test
  void everyRoleIsAListOfRooms() throws IOException {
    List<String> roles;
    try (Stream<Path> files = Files.list(CONF.resolve("roles"))) {
      roles = files.map(f -> f.getFileName().toString().replaceAll("\\.yaml$", "")).toList();
    }
    assertThat(roles).contains("core", "gateway");
    for (String role : roles) {
      assertThat(new RoleFiles(CONF).rooms(List.of(role))).isNotEmpty();
    }
  }
}
