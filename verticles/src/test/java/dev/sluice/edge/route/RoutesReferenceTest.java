package dev.sluice.edge.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.platform.config.DocumentReference;
import dev.sluice.rules.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/routes.md is what the records say. */
class RoutesReferenceTest {
  private static final String WRITE = "sluice.write";
  private static final String COMMAND =
      "mvn -pl verticles -am test -Dtest=RoutesReferenceTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -D"
          + WRITE
          + "=true";
  private static final String HEAD =
      """
      # Routes

      <!-- Generated from the records in the code; a test fails when it is stale. -->

      Every key of `routes.yaml`. How to use them is shown in [gateway.md](gateway.md); an editor gets the same out of
      `conf/routes.schema.json`. An unknown key or a value outside its limits refuses the whole table, with each mistake's
      line and what would be right, and the old routes stay in force.

      - Durations are written `250ms`, `5s`, `2m`, `1h`, `7d`; sizes `4096`, `512KB`, `10MB`, `1GB` (1 KB is 1024 bytes).
      - A list of one can be written without brackets. What is not written has its default.
      """;

  @Test
  void theReferenceIsUpToDate() throws IOException {
    Path file = Sources.root().resolve("docs/routes.md");
    String rendered = DocumentReference.render(HEAD, RoutesConfig.class);
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(file, rendered);
    }
    assertThat(Files.exists(file) && Files.readString(file).equals(rendered))
        .as("docs/routes.md is up to date; if not, write it again with:%n  %s%n", COMMAND)
        .isTrue();
  }

  @Test
  void everyKeyIsInItOnce() throws IOException {
    String reference = Files.readString(Sources.root().resolve("docs/routes.md"));
    assertThat(reference)
        .contains("| `targets[].labels.<name>` |", "| `match.paths` |", "| `split[].weight` |")
        .contains("| `cache.ttl` | `5m` |", "| `retry.budget` | `10` | 0 to 100 percent |")
        .contains("| `compose.parts.<name>.required` |", "| `about.owner` |");
    for (String section : reference.split("\n## ", -1)) {
      assertThat(
              section.lines().filter(line -> line.startsWith("| `")).map(l -> l.split("`", -1)[1]))
          .doesNotHaveDuplicates();
    }
  }
}
