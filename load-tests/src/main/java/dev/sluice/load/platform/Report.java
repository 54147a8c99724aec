package dev.sluice.load.platform;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.load.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What was measured, as text and as raw results. */
final class Report {
  private static final String BEGIN = "<!-- platform: written by the command above -->\n";
  private static final String END = "<!-- /platform -->";

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
        "Java %s, %d cores, %s %s, %d rounds of %d s; medians (the least and the most).%n"
            .formatted(
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                rounds,
                seconds));
    tables.values().forEach(table -> out.append('\n').append(table.markdown()));
    return out.toString();
  }

  /** Puts the text into the page, and the results beside it. */
  void write(Path root) throws IOException {
    Path page = root.resolve("docs/performance.md");
    Files.writeString(page, Pages.replaced(Files.readString(page), BEGIN, END, text()));
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode all = mapper.createObjectNode();
    all.put("java", System.getProperty("java.version"));
    all.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    all.put("cores", Runtime.getRuntime().availableProcessors());
    all.put("rounds", rounds).put("seconds", seconds);
    ObjectNode results = all.putObject("results");
    tables.forEach((name, table) -> table.write(results.putObject(name)));
    Path folder = Files.createDirectories(root.resolve("docs/performance"));
    mapper
        .writerWithDefaultPrettyPrinter()
        .writeValue(folder.resolve("platform.json").toFile(), all);
  }
}
