package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.ConfigurationDoc;
import dev.sluice.platform.config.Section;
import dev.sluice.rules.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** docs/configuration.md is what the records say. */
class ConfigurationDocTest {
  private static final String WRITE = "sluice.write";
  private static final String COMMAND =
      "mvn -pl verticles -am test -Dtest=ConfigurationDocTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -D"
          + WRITE
          + "=true";

  @Test
  void theReferenceIsUpToDate() throws IOException {
    Path file = Sources.root().resolve("docs/configuration.md");
    String rendered = ConfigurationDoc.render(SluiceNode.SECTIONS);
    if (Boolean.getBoolean(WRITE)) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, rendered);
    }
    assertThat(Files.exists(file) && Files.readString(file).equals(rendered))
        .as("docs/configuration.md is up to date; if not, write it again with:%n  %s%n", COMMAND)
        .isTrue();
  }

  @ParameterizedTest
  @FieldSource("dev.sluice.SluiceNode#SECTIONS")
  void everyAmountHasLimits(Section<?> section) {
    assertThat(Config.undeclaredLimits(section)).isEmpty();
  }
}
