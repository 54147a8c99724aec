package dev.sluice.load.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.load.platform.Table.Column;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  @Test
  void tablesReplaceWhatStoodBetweenTheMarks(@TempDir Path root) throws Exception {
    Path page = Files.createDirectories(root.resolve("docs")).resolve("performance.md");
    String begin = "before\n<!-- platform: written by the command above -->\n";
    Files.writeString(page, begin + "\nold\n\n<!-- /platform -->\nafter\n");
    Column micros = new Column("us", 1);
    Table table = new Table("what", micros);
    table.add("one", micros, 2);
    new Report(Map.of("orders", table), 3, 4).write(root);
    assertThat(Files.readString(page))
        .startsWith(begin)
        .endsWith("\n<!-- /platform -->\nafter\n")
        .contains("3 rounds of 4 s", "| one | 2.0 |")
        .doesNotContain("old");
    JsonNode json =
        new ObjectMapper().readTree(root.resolve("docs/performance/platform.json").toFile());
    assertThat(json.at("/results/orders/one/us")).hasToString("[2.0]");
  }
}
