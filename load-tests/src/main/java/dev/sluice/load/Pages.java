package dev.sluice.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where figures are written: pages in Markdown, and raw results beside them. */
public final class Pages {
  private Pages() {}

  /** {@code Java 17.0.15, 2 cores, Linux amd64}: what figures are worth nothing without. */
  public static String machine() {
    return "Java %s, %d cores, %s %s"
        .formatted(
            System.getProperty("java.version"),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name"),
            System.getProperty("os.arch"));
  }

  /**
   * Writes a text into the page, in place of what stood between the marks of this name.
   *
   * @throws IllegalStateException if the page lacks them
   */
  public static void write(Path page, String name, String text) throws IOException {
    String old = Files.readString(page);
    String from = "<!-- " + name + ": written by the command above -->\n";
    String to = "<!-- /" + name + " -->";
    int begin = old.indexOf(from);
    int end = old.indexOf(to);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(page + " lacks its marks: " + from.trim() + " " + to);
    }
    String before = old.substring(0, begin + from.length());
    Files.writeString(page, before + "\n" + text + "\n" + old.substring(end));
  }

  /**
   * Writes what several rounds came to into docs/performance.md, and each round's figures into
   * docs/performance/NAME.json.
   *
   * @param root of the repository
   * @return the folder of the latter, for more
   */
  public static Path write(
      Path root, String name, String text, int rounds, int seconds, ObjectNode results)
      throws IOException {
    write(root.resolve("docs/performance.md"), name, text);
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode all = mapper.createObjectNode();
    all.put("java", System.getProperty("java.version"));
    all.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    all.put("cores", Runtime.getRuntime().availableProcessors());
    all.put("rounds", rounds).put("seconds", seconds);
    all.set("results", results);
    Path folder = Files.createDirectories(root.resolve("docs/performance"));
    mapper
        .writerWithDefaultPrettyPrinter()
        .writeValue(folder.resolve(name + ".json").toFile(), all);
    return folder;
  }
}
