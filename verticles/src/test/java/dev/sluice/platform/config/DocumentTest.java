package dev.sluice.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole documents, lists of records, and keys that are no names. */
class DocumentTest {
  record Table(
      @Setting(doc = "Services.", keys = Setting.Keys.ENTITY) Map<String, Service> services,
      @Setting(doc = "Parts.") Map<String, Part> parts) {}

  record Service(
      @Setting(doc = "Where.", min = 1, max = 3) List<Target> targets,
      @Setting(doc = "Fields.", keys = Setting.Keys.TOKEN, max = 10) Map<String, String> fields,
      @Setting(doc = "How long.", def = "5s", min = 1, max = 60_000) Duration delay,
      @Setting(doc = "Sizes.", def = "{a: 1, b: 2}", min = 0, max = 9) Map<String, Integer> sizes) {
    Service {
      if (targets.size() == 2 && targets.get(0).equals(targets.get(1))) {
        throw new IllegalArgumentException("targets: two that differ");
      }
    }
  }

  record Target(
      @Setting(doc = "Address.", def = "", max = 20) String url,
      @Setting(doc = "Share.", def = "1", min = 1, max = 10) int weight,
      @Setting(doc = "A key.", def = "", max = 20, secret = true) String key) {
    Target {
      if (!url.isEmpty() && !url.startsWith("http")) {
        throw new IllegalArgumentException("url: an address that begins with http");
      }
    }
  }

  record Part(
      @Setting(doc = "Kind.", def = "") String kind, @Setting(doc = "Its own.") Unread own) {}

  record Own(@Setting(doc = "A number.", def = "1", min = 0, max = 5) int number) {}

  record Section1(@Setting(doc = "Targets.", min = 0, max = 3) List<Target> targets) {}

  @TempDir private Path folder;

  private static List<String> mistakes(String text) {
    return Document.open(text, "t.yaml", Table.class).mistakes().stream()
        .map(Mistake::toString)
        .toList();
  }

  @Test
  void aDocumentIsARecord() {
    Table table =
        Document.read(
            """
            services:
              shop:
                targets: [{url: http://a, weight: 3}, {url: http://b}]
                fields: {X-One: 1, "!odd": yes}
                sizes: {b: 3}
            """,
            "t.yaml",
            Table.class);
    Service shop = table.services().get("shop");
    assertThat(shop.targets())
        .containsExactly(new Target("http://a", 3, ""), new Target("http://b", 1, ""));
    assertThat(shop.fields()).containsEntry("X-One", "1").containsEntry("!odd", "yes");
    assertThat(shop.delay()).isEqualTo(Duration.ofSeconds(5));
    assertThat(shop.sizes()).isEqualTo(Map.of("a", 1, "b", 3));
    assertThat(Document.read("", "t.yaml", Table.class).services()).isEmpty();
  }

  @Test
  void jsonIsReadToo() {
    String json = "{\n\t\"services\": {\"shop\": {\"targets\": [{\"url\": \"http://a\"}]}}}";
    assertThat(Document.read(json, "t.json", Table.class).services()).containsOnlyKeys("shop");
    assertThat(mistakes("{\n\t\"services\": {\"shop\": {\"targetts\": []}}}"))
        .contains("services.shop.targetts (t.yaml line 2): no such key; did you mean targets?");
    assertThat(mistakes("{\"services\": [}")).singleElement().asString().contains("line 1");
  }

  @Test
  void eachMistakeSaysItsPlaceAndWhatWouldBeRight() {
    assertThat(
            mistakes(
                """
                services:
                  shop:
                    targets:
                      - {url: http://a}
                      - {url: ftp://b, weight: 11}
                      - {url: ftp://c}
                      - no keys
                  "a b":
                    targets: [{}]
                  none: {}
                  same: {targets: [{}, {}]}
                  wait: {targets: [{}], delai: 5s, delay: 5y, fields: {"a b": x}, sizes: {c: 10}}
                partz: {}
                """))
        .containsExactlyInAnyOrder(
            "services.shop.targets (t.yaml line 3): expected a list of 1 to 3 entries",
            "services.a b (t.yaml line 8): expected names of 1 to 100 letters, digits and _.- that"
                + " begin with a letter or a digit",
            "services.none.targets (t.yaml line 10): expected a list of 1 to 3 entries",
            "services.same.targets (t.yaml line 11): expected two that differ",
            "services.wait.delai (t.yaml line 12): no such key; did you mean delay?",
            "services.wait.delay = 5y (t.yaml line 12): expected a duration from 1ms to 1m, such as"
                + " 250ms, 5s, 2m, 1h or 7d",
            "services.wait.fields.a b (t.yaml line 12): expected names of header fields, such as"
                + " X-Request-Id",
            "services.wait.sizes.c = 10 (t.yaml line 12): expected a whole number from 0 to 9",
            "partz (t.yaml line 13): no such key; did you mean parts?");
    assertThat(
            mistakes(
                """
                services:
                  shop:
                    targets:
                      - url: http://a
                      - url: ftp://b
                        weight: 1
                      - weight: 11
                        key: a-key-that-is-longer-than-twenty
                """))
        .containsExactly(
            "services.shop.targets[1].url = ftp://b (t.yaml line 5): expected an address that begins"
                + " with http",
            "services.shop.targets[2].weight = 11 (t.yaml line 7): expected a whole number from 1 to"
                + " 10",
            "services.shop.targets[2].key = ****** (t.yaml line 8): expected a text of at most 20"
                + " characters");
  }

  @Test
  void whatHasNoMistakeIsThereWithItsOwnMistakesAddedLater() {
    Document<Table> document =
        Document.open(
            "services:\n  a: {targets: [{}]}\n  b: {targets: 5}\nparts: {p: {kind: x}}\n",
            "t.yaml",
            Table.class);
    assertThat(document.value().orElseThrow().services()).containsOnlyKeys("a");
    assertThat(document.names("services")).containsExactly("a", "b");
    assertThat(document.isWritten("services", "a", "targets", 0)).isTrue();
    assertThat(document.isWritten("services", "a", "targets", 1)).isFalse();
    document.refuse("expected y", "parts", "p", "kind");
    document.refuse("expected more", "services", "a", "targets", 0, "url");
    assertThatThrownBy(document::checked)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("services.b.targets = 5 (t.yaml line 3): expected a list")
        .hasMessageContaining("parts.p.kind = x (t.yaml line 4): expected y")
        .hasMessageContaining("services.a.targets[0].url (t.yaml line 2): expected more");
  }

  @Test
  void aPartCanBeReadLater() {
    Document<Table> document =
        Document.open(
            "parts:\n  p: {own: {number: 3}}\n  q:\n    own: {numbr: 3}\n  r: {}\n",
            "t.yaml",
            Table.class);
    Map<String, Part> parts = document.checked().parts();
    assertThat(document.bind(parts.get("p").own(), Own.class)).contains(new Own(3));
    assertThat(document.bind(parts.get("r").own(), Own.class)).contains(new Own(1));
    assertThat(document.bind(Map.of("number", 9), Own.class, "parts", "r")).isEmpty();
    Document<Table> other = document;
    assertThat(other.bind(parts.get("q").own(), Own.class)).contains(new Own(1));
    assertThat(document.mistakes().stream().map(Mistake::toString))
        .containsExactly(
            "parts.r.number = 9 (t.yaml line 5): expected a whole number from 0 to 5",
            "parts.q.own.numbr (t.yaml line 4): no such key; did you mean number?");
  }

  @Test
  void textsThatAreNoDocumentAreRefused() {
    assertThat(mistakes("services: [a")).singleElement().asString().contains("expected YAML");
    assertThat(mistakes("a: &x 1\nb: *x\n")).anyMatch(m -> m.contains("not an alias"));
    assertThat(mistakes("services: {a: {targets: [{}]}}\nservices: {}\n"))
        .contains("services (t.yaml line 2): expected once; it is in line 1 too");
    assertThat(mistakes("[".repeat(2000))).hasSize(1);
    assertThat(mistakes("{\"a\":".repeat(2000))).hasSize(1);
    assertThat(mistakes(" ".repeat((16 << 20) + 1)))
        .containsExactly("t.yaml (t.yaml): expected a text of at most 16MB");
  }

  @Test
  void mistakesAndEntriesAreBounded() {
    String many =
        IntStream.range(0, 20_001)
            .mapToObj(i -> "  n" + i + ": {}\n")
            .collect(Collectors.joining());
    assertThat(mistakes("parts:\n" + many))
        .containsExactly("parts (t.yaml line 1): expected at most 20000 entries");
    List<String> wrong = mistakes("services:\n" + many.substring(0, many.indexOf("  n300:")));
    assertThat(wrong).hasSize(101);
    assertThat(wrong.get(100)).isEqualTo("t.yaml (t.yaml): and 200 more mistakes");
  }

  @Test
  void sectionsCanHaveListsOfRecordsToo() throws IOException {
    Section<Section1> section = new Section<>("list", Section1.class);
    Path file =
        Files.writeString(
            folder.resolve("sluice.yaml"), "list:\n  targets:\n    - {url: http://a}\n");
    Config config = Config.load(file, Map.of(), List.of(section));
    assertThat(config.get(section).targets()).containsExactly(new Target("http://a", 1, ""));
    assertThat(config.describe())
        .containsExactly(
            new EffectiveSetting(
                "list.targets", "SLUICE_LIST_TARGETS", "(1 entries)", "sluice.yaml line 2"));
    Files.writeString(file, "list:\n  targets:\n    - {}\n    - {weight: 0}\n");
    assertThatThrownBy(() -> Config.load(file, Map.of(), List.of(section)))
        .hasMessageContaining(
            "list.targets[1].weight = 0 (sluice.yaml line 4): expected a whole number from 1 to 10");
    assertThat(ConfigurationDoc.render(List.of(section)))
        .contains(
            "| `list.targets[]` | | | 0 to 3 entries | Targets. |",
            "| `list.targets[].url` | | | at most 20 characters | Address. |",
            "| `list.targets[].weight` | | `1` | 1 to 10 | Share. |");
  }

  record Limitless(@Setting(doc = "x") List<Inner> a) {
    record Inner(@Setting(doc = "x", def = "1") int b) {}
  }

  record Preset(@Setting(doc = "x", def = "[{url: a}]") List<Target> a) {}

  @Test
  void declarationsAreHeldToTheRules() {
    assertThat(Document.undeclaredLimits(Limitless.class)).containsExactly("Limitless.a[].b");
    assertThat(Document.undeclaredLimits(Table.class)).isEmpty();
    assertThatThrownBy(() -> Document.read("", "t.yaml", Preset.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(".a: a List of records has no default");
  }
}
