package dev.sluice.edge.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.platform.config.ConfigException;
import dev.sluice.platform.config.Mistake;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader that has read before gives what one gives that has not. */
class RoutePiecesTest {
  private static final String BEFORE =
      """
      ---
      # all of it
      upstreams:
        shop: {targets: [{url: "http://127.0.0.1:9001"}]}
      routes: # by name
        a: {match: {paths: [/a]}, upstream: shop}

        b:
          match: {paths: [/b]}
      # and
          upstream: shop
        c: {match: {paths: [/c]}, respond: {status: 200, body: "one"}}
      services:
        - {name: kong, url: "http://127.0.0.1:9002", routes: [{name: k, paths: [/k]}]}
      """;

  private final RoutesReader reader = reader();

  private static RoutesReader reader() {
    return new RoutesReader(Path.of("/srv/conf"), Set.of());
  }

  private static Object read(RoutesReader reader, String text) {
    try {
      RoutesConfig read = reader.read(text, "routes.yaml");
      return List.of(read, List.copyOf(read.routes().keySet()));
    } catch (ConfigException wrong) {
      return wrong.mistakes().stream().map(Mistake::toString).toList();
    }
  }

  private void isReadAsByANewOne(String text) {
    assertThat(read(reader, text)).as(text).isEqualTo(read(reader(), text));
  }

  @Test
  void whatIsWrittenAsBeforeIsTheSameObject() {
    RoutesConfig before = reader.read(BEFORE, "routes.yaml");
    String changed = BEFORE.replace("one", "two").replace("# all of it", "#\n\n\n");
    RoutesConfig after = reader.read(changed, "routes.yaml");
    assertThat(after.routes().get("a")).isSameAs(before.routes().get("a"));
    assertThat(after.routes().get("b")).isSameAs(before.routes().get("b"));
    assertThat(after.routes().get("c").respond().body()).isEqualTo("two");
    assertThat(after.routes().keySet()).containsExactly("a", "b", "c", "k");
    isReadAsByANewOne(changed);
    RoutesConfig again = reader.read(changed.replace(":9001", ":9009"), "routes.yaml");
    assertThat(again.routes()).isEqualTo(after.routes());
    assertThat(again.routes().get("c")).isSameAs(after.routes().get("c"));
    assertThat(again.upstreams()).isNotEqualTo(after.upstreams());
  }

  /** Each is {@link #BEFORE} with one text in the place of another. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "  a: {match: {paths: [/a]}, upstream: shop}|",
        "  c: |  c2: ",
        "[/c]|[/a]", // for the same requests as one that is written as before
        "shop: {t|show: {t", // what others lead to
        "upstream: shop\n  c|upstream: shep\n  c",
        "  a: |  a: &x ",
        "body: \"one\"|body: *x",
        "upstream: shop}\n|upstream: \"shop}\n", // ends nowhere
        "[/a]}, upstream: shop}|[/a]}, respond: {status: 200, body: \"x", // ends in another
        "body: \"one\"}}|body: \"x\nservices: \"}}\nplugins: []", // ends behind the routes
        "respond: {status: 200, body: \"one\"}|respond: {status: 200, body: >",
        "  c: {| c: {",
        "  c: {|   c: {",
        "  c: {|\tc: {",
        "  c: {|  ? c\n  : {",
        "  c: {|  'c': {",
        "  c: {|  b: {",
        "name: k|name: a", // a route in Kong's shape with a name that is taken
        "services:|routes: {}\nservices:",
        "services:|upstreams: {}\nservices:",
        "services:|...\n---\nservices:",
        "services:|%TAG ! tag:x,2000:\nservices:",
        "routes: # by name|routes: {x: {match: {paths: [/x]}, upstream: shop},",
        "routes: # by name|others: # by name",
        "  c: |  c : ",
        "\n\n  b|\r\n\r\n  b",
        "upstream: shop\n  c|upstream:\n     shop\n\n\n#\n  c",
      })
  void aChangedTextIsReadAsByANewOne(String change) {
    assertThat(read(reader, BEFORE)).isEqualTo(read(reader(), BEFORE));
    int at = change.indexOf('|');
    assertThat(BEFORE).contains(change.substring(0, at));
    isReadAsByANewOne(BEFORE.replace(change.substring(0, at), change.substring(at + 1)));
    isReadAsByANewOne(BEFORE);
  }

  /** A line ends for YAML where it does not for editors, and a comment with it. */
  @ParameterizedTest
  @ValueSource(strings = {"\u0085", "\u2028", "\u2029", "\r"})
  void linesThatEndOtherwiseAreReadAsByANewOne(String end) {
    String first =
        """
        routes:
          a: {match: {paths: [/a]}, respond: {status: 200}} #@  x: {match: {paths: [/x]}, respond: {status: 204}}
          b: {match: {paths: [/b]}, respond: {status: 200, body: "
          x: y"}}
        """
            .replace("@", end);
    isReadAsByANewOne(first);
    isReadAsByANewOne(first.replaceFirst("(?m)^  a:.*respond: \\{status: 204}}\n", ""));
    isReadAsByANewOne(first.substring(0, 8) + first.substring(first.indexOf("  b:")));
  }

  @Test
  void aDocumentThatBeginsIndentedIsReadAsByANewOne() {
    String text =
        """
         routes:
           a: {match: {paths: [/a]}, respond: {status: 200, body: "
        routes:
          x: y
          z: "}}
           x: {match: {paths: [/x]}, respond: {status: 200}}
        """;
    isReadAsByANewOne(text);
    isReadAsByANewOne(text.replace("   x: {match: {paths: [/x]}, respond: {status: 200}}\n", ""));
  }

  @Test
  void tooManyPathsAreRefusedOnceAndNotMade() {
    StringBuilder text = new StringBuilder("routes:\n");
    String hosts = names("h%d.example.com");
    for (int i = 0; i < 2_000; i++) {
      String paths = names("/r" + i + "/%d");
      text.append("  r%d: {match: {hosts: [%s], paths: [%s]}, ".formatted(i, hosts, paths));
      text.append("enabled: false, respond: {status: 200}}\n");
    }
    ConfigException told =
        catchThrowableOfType(
            ConfigException.class, () -> reader.read(text.toString(), "routes.yaml"));
    assertThat(told.mistakes()).hasSize(1);
    assertThat(told.getMessage()).contains("at most 200000 paths in all routes");
  }

  private static String names(String pattern) {
    return IntStream.range(0, 100)
        .mapToObj(i -> '"' + pattern.formatted(i) + '"')
        .collect(Collectors.joining(", "));
  }

  @Test
  void aMistakeIsToldWithItsLine() {
    assertThat(reader.read(BEFORE, "routes.yaml").routes()).hasSize(4);
    String wrong = BEFORE.replace("  c: {match", "  c: {mitch");
    ConfigException told =
        catchThrowableOfType(ConfigException.class, () -> reader.read(wrong, "routes.yaml"));
    assertThat(told.mistakes().get(0).toString()).contains("routes.yaml line 12");
  }

  /** Lines of texts, put together at random: whatever comes of it is the same. */
  @Test
  void randomTextsAreReadAsByANewOne() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>(BEFORE.lines().toList());
    lines.addAll(
        List.of("  d: {match: {paths: [/d]}, upstream: \"shop", "\"}", "  e: |", "   x", "}", "{"));
    int right = 0;
    for (int i = 0; i < 3000; i++) {
      List<String> some = new ArrayList<>(BEFORE.lines().toList());
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        int at = random.nextInt(some.size());
        switch (random.nextInt(3)) {
          case 0 -> some.remove(at);
          case 1 -> some.add(at, lines.get(random.nextInt(lines.size())));
          default -> some.set(at, some.get(at).replace("shop", random.nextBoolean() ? "\"" : "x"));
        }
      }
      String text = String.join("\n", some);
      Object as = read(reader(), text);
      assertThat(read(reader, text)).as("seed %d:%n%s", seed, text).isEqualTo(as);
      right += ((List<?>) as).get(0) instanceof RoutesConfig ? 1 : 0;
    }
    assertThat(right).as("seed %d", seed).isBetween(300, 2900);
  }

  @Test
  void aTextOfAnotherShapeIsRead() {
    String json =
        "{\"routes\": {\"j\": {\"match\": {\"paths\": [\"/j\"]}, \"respond\": {\"status\": 204}}}}";
    assertThat(reader.read(BEFORE, "routes.yaml").routes()).hasSize(4);
    assertThat(reader.read(json, "routes.yaml").routes()).containsOnlyKeys("j");
    assertThat(reader.read("", "routes.yaml").routes()).isEqualTo(Map.of());
    isReadAsByANewOne(BEFORE);
  }
}
