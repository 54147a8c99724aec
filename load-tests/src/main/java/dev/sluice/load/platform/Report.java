package dev.sluice.load.platform;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.load.Pages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** What was measured, as text and as raw results. */
final class Report {
  private final Map<String, Table> tables;
  private final int rounds;
  private final int seconds;

  /**
   * @param tables by the names of what was measured
   */
  Report(Map<String, Table> tables, int rounds, int seconds) {
    this.tables = tables;
    this.rounds = rounds;
    this.seconds = seconds;
  }

  String text() {
    StringBuilder out = new StringBuilder();
    out.append(
        "%s, %d rounds of %d s; medians (the least and the most).%n"
            .formatted(Pages.machine(), rounds, seconds));
    tables.values().forEach(table -> out.append('\n').append(table.markdown()));
    return out.toString();
  }

  /** Puts the text into the page, and the results beside it. */
  void write(Path root) throws IOException {
    ObjectNode results = JsonNodeFactory.instance.objectNode();
    tables.forEach((name, table) -> table.write(results.putObject(name)));
    Path unused = Pages.write(root, "platform", text(), rounds, seconds, results);
  }
}
