package dev.sluice.platform.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Parses YAML into {@link YamlNode}s with line numbers. Keys written twice, anchors and second
 * documents are mistakes. Messages of the parser are cut down to the problem itself: the excerpt it
 * adds could show a secret.
 */
final class YamlTree {

  private static final int MAX_FILE_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 50;
  private static final YAMLFactory YAML =
      YAMLFactory.builder()
          .loaderOptions(limits())
          .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
          .build();
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private final JsonParser parser;
  private final BiConsumer<Integer, Problem> problems;

  /** Something wrong at a key, which is empty at the top of the file. */
  record Problem(String key, String text) {}

  private YamlTree(JsonParser parser, BiConsumer<Integer, Problem> problems) {
    this.parser = parser;
    this.problems = problems;
  }

  /** The entries of a file; what is wrong with it is added to the mistakes. */
  static YamlNode.Entries read(Path file, List<Mistake> mistakes) {
    String name = String.valueOf(file.getFileName());
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        mistakes.add(new Mistake(name, null, file.toString(), "expected a file of at most 1MB"));
        return YamlNode.Entries.NONE;
      }
      return parse(
          Files.readString(file, StandardCharsets.UTF_8),
          (line, problem) ->
              mistakes.add(
                  new Mistake(
                      problem.key().isEmpty() ? name : problem.key(),
                      null,
                      name + " line " + line,
                      problem.text())));
    } catch (IOException unreadable) {
      mistakes.add(
          new Mistake(name, null, file.toString(), "expected a file that can be read, in UTF-8"));
      return YamlNode.Entries.NONE;
    }
  }

  /**
   * The entries of a whole document. What begins with a brace is tried as JSON first, which is not
   * quite a part of YAML: a parser of YAML refuses tabs between its tokens.
   */
  static YamlNode.Entries document(String text, String source, Consumer<Mistake> mistakes) {
    List<Mistake> found = new ArrayList<>();
    BiConsumer<Integer, Problem> problems =
        (line, problem) ->
            found.add(
                new Mistake(
                    problem.key().isEmpty() ? source : problem.key(),
                    null,
                    source + " line " + line,
                    problem.text()));
    YamlNode.Entries entries = null;
    if (text.stripLeading().startsWith("{")) {
      entries = json(text, problems);
      if (entries == null) {
        found.clear();
      }
    }
    if (entries == null) {
      entries = parse(text, problems);
    }
    found.forEach(mistakes);
    return entries;
  }

  /** Null if it is not JSON. */
  private static YamlNode.Entries json(String json, BiConsumer<Integer, Problem> problems) {
    try (JsonParser parser = JSON.createParser(json)) {
      return new YamlTree(parser, problems).root();
    } catch (JsonProcessingException broken) {
      return null;
    } catch (IOException impossible) {
      throw new AssertionError("reading a string does no I/O", impossible);
    }
  }

  private static LoaderOptions limits() {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(32 << 20); // texts are bounded before they come here
    limits.setNestingDepthLimit(MAX_DEPTH);
    return limits;
  }

  /** The default of a Map, written in the code. */
  static YamlNode.Entries preset(String yaml, String path) {
    return parse(
        yaml,
        (line, problem) -> {
          throw new IllegalStateException(path + ": its default is not YAML: " + problem.text());
        });
  }

  private static YamlNode.Entries parse(String yaml, BiConsumer<Integer, Problem> problems) {
    try (YAMLParser parser = YAML.createParser(yaml)) {
      return new YamlTree(parser, problems).root();
    } catch (JsonProcessingException broken) {
      report(broken, problems);
    } catch (IOException impossible) {
      throw new AssertionError("reading a string does no I/O", impossible);
    }
    return YamlNode.Entries.NONE;
  }

  private static void report(
      JsonProcessingException broken, BiConsumer<Integer, Problem> problems) {
    for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
      if (cause instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
        int line = marked.getProblemMark().getLine() + 1;
        problems.accept(line, new Problem("", "expected YAML: " + marked.getProblem()));
        return;
      }
    }
    int line = broken.getLocation() == null ? 1 : broken.getLocation().getLineNr();
    problems.accept(line, new Problem("", "expected YAML that can be parsed"));
  }

  private YamlNode.Entries root() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return YamlNode.Entries.NONE;
    }
    YamlNode node = node("", line());
    if (parser.nextToken() != null) {
      problems.accept(line(), new Problem("", "expected one YAML document, not several"));
    }
    if (node instanceof YamlNode.Entries entries) {
      return entries;
    }
    if (!(node instanceof YamlNode.Text text && text.text() == null)) {
      problems.accept(node.line(), new Problem("", "expected sections with keys below them"));
    }
    return YamlNode.Entries.NONE;
  }

  /** The node whose first token the parser stands on. */
  private YamlNode node(String path, int line) throws IOException {
    if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
      problems.accept(line, new Problem(path, "expected the value itself, not an alias"));
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> entries(path, line);
      case START_ARRAY -> items(path, line);
      case VALUE_NULL -> new YamlNode.Text(line, null);
      default -> new YamlNode.Text(line, parser.getText());
    };
  }

  private YamlNode.Entries entries(String path, int line) throws IOException {
    Map<String, YamlNode> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      int keyLine = line();
      String below = path.isEmpty() ? key : path + "." + key;
      parser.nextToken();
      YamlNode before = entries.put(key, node(below, keyLine));
      if (before != null) {
        problems.accept(
            keyLine, new Problem(below, "expected once; it is in line " + before.line() + " too"));
      }
    }
    return new YamlNode.Entries(line, entries);
  }

  private YamlNode.Items items(String path, int line) throws IOException {
    List<YamlNode> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(node(path + "[" + items.size() + "]", line()));
    }
    return new YamlNode.Items(line, items);
  }

  private int line() {
    return parser.currentTokenLocation().getLineNr();
  }
}
