package dev.sluice.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind of mistake and the very words said about it. */
final class ConfigMistakesTest {

  @TempDir Path conf;

  private List<String> mistakes(String yaml, Map<String, String> env) throws IOException {
    Files.writeString(conf.resolve("sluice.yaml"), yaml);
    ConfigException thrown =
        catchThrowableOfType(ConfigException.class, () -> Config.load(conf, env, Sections.ALL));
    return thrown == null ? List.of() : thrown.mistakes().stream().map(Mistake::toString).toList();
  }

  private List<String> mistakes(String yaml) throws IOException {
    return mistakes(yaml, Map.of());
  }

  @Test
  void allMistakesAreToldAtOnce() throws IOException {
    Files.writeString(conf.resolve("sluice.yaml"), "edge:\n  port: 0\n  hots: x\n");
    ConfigException thrown =
        catchThrowableOfType(
            ConfigException.class,
            () -> Config.load(conf, Map.of("SLUICE_EDGE_TIMEOUT", "5"), Sections.ALL));
    assertThat(thrown)
        .hasMessage(
            """
            The configuration has 3 mistakes:
              edge.port = 0 (sluice.yaml line 2): expected a whole number from 1 to 65535
              edge.timeout = 5 (environment SLUICE_EDGE_TIMEOUT): expected a duration from 100ms \
            to 1h, such as 250ms, 5s, 2m, 1h or 7d
              edge.hots (sluice.yaml line 3): no such key; did you mean edge.host?\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "port;eighty;a whole number from 1 to 65535",
        "port;65536;a whole number from 1 to 65535",
        "port;99999999999999999999;a whole number from 1 to 65535",
        "wait_queue;-1;a whole number from 0 to 10000000000",
        "http2;maybe;true or false",
        "http2;TRUE;true or false",
        "timeout;99ms;a duration from 100ms to 1h, such as 250ms, 5s, 2m, 1h or 7d",
        "timeout;26260989827156d;a duration from 100ms to 1h, such as 250ms, 5s, 2m, 1h or 7d",
        "timeout;5;a duration from 100ms to 1h, such as 250ms, 5s, 2m, 1h or 7d",
        "max_body;11MB;a size from 1KB to 10MB, such as 512KB or 10MB",
        "max_body;1TB;a size from 1KB to 10MB, such as 512KB or 10MB",
        "balance;random;one of round_robin, least_busy",
        "balance;ROUND_ROBIN;one of round_robin, least_busy",
        "format;xml;one of auto, json",
        "port;[1];a whole number from 1 to 65535",
        "port;{a: 1};a whole number from 1 to 65535",
      })
  void aWrongValueIsNamedWithWhatWouldBeRight(String key, String value, String right)
      throws IOException {
    String shown = value.replace("[1]", "(a list)").replace("{a: 1}", "(keys below it)");
    assertThat(mistakes("edge:\n  " + key + ": " + value + "\n"))
        .containsExactly(
            "edge." + key + " = " + shown + " (sluice.yaml line 2): expected " + right);
    if (shown.equals(value)) {
      String variable = "SLUICE_EDGE_" + key.toUpperCase(java.util.Locale.ROOT);
      assertThat(mistakes("", Map.of(variable, value)))
          .containsExactly(
              "edge." + key + " = " + value + " (environment " + variable + "): expected " + right);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "port,1",
    "port,65535",
    "wait_queue,0",
    "wait_queue,10000000000",
    "timeout,100ms",
    "timeout,1h",
    "timeout,3600000ms",
    "max_body,1KB",
    "max_body,1024",
    "max_body,10MB",
    "max_body,10485760"
  })
  void limitsThemselvesAreRight(String key, String value) throws IOException {
    assertThat(mistakes("edge:\n  " + key + ": " + value + "\n")).isEmpty();
  }

  @Test
  void listsAreChecked() throws IOException {
    assertThat(mistakes("edge: {cors: {origins: [a, b, c, d]}}"))
        .containsExactly(
            "edge.cors.origins = a, b, c, d (sluice.yaml line 1): expected a list of at most 3 entries");
    assertThat(mistakes("edge: {cors: {origins: [[a]]}}"))
        .containsExactly(
            "edge.cors.origins = ... (sluice.yaml line 1): expected a list of at most 3 entries");
  }

  @Test
  void anEmptyVariableIsAValue() throws IOException {
    assertThat(mistakes("", Map.of("SLUICE_EDGE_PORT", "")))
        .containsExactly(
            "edge.port = \"\" (environment SLUICE_EDGE_PORT): expected a whole number from 1 to 65535");
  }

  @Test
  void unknownNamesGetTheNearestKnownOne() throws IOException {
    assertThat(mistakes("egde:\n  port: 1\nedge:\n  waitQueue: 1\n  cors: {orgins: []}\n  x: 1\n"))
        .containsExactly(
            "egde (sluice.yaml line 1): no such key; did you mean edge?",
            "edge.waitQueue (sluice.yaml line 4): no such key; did you mean edge.wait_queue?",
            "edge.x (sluice.yaml line 6): no such key; expected one of balance, cors, format, host,"
                + " http2, max_body, port, timeout, wait_queue",
            "edge.cors.orgins (sluice.yaml line 5): no such key; did you mean edge.cors.origins?");
    assertThat(mistakes("edge: {wiat_uqeue: 1}"))
        .containsExactly(
            "edge.wiat_uqeue (sluice.yaml line 1): no such key; did you mean edge.wait_queue?");
    assertThat(mistakes("zzzzzzzz: 1\n"))
        .containsExactly(
            "zzzzzzzz (sluice.yaml line 1): no such key; expected one of auth, edge, limits");
    assertThat(
            mistakes(
                "",
                Map.of("SLUICE_EDGE_PROT", "1", "SLUICE_WHATEVER", "2", "SLUICE_JAVA_OPT", "3")))
        .containsExactly(
            "SLUICE_EDGE_PROT (environment): no such setting; did you mean SLUICE_EDGE_PORT?",
            "SLUICE_JAVA_OPT (environment): no such setting; the names are in docs/configuration.md",
            "SLUICE_WHATEVER (environment): no such setting; the names are in docs/configuration.md");
  }

  @Test
  void aVariableCannotMakeAnEntryOfAMap() throws IOException {
    assertThat(mistakes("", Map.of("SLUICE_LIMITS_TIERS_GOLDEN_EGG_RATE", "1")))
        .containsExactly(
            "SLUICE_LIMITS_TIERS_GOLDEN_EGG_RATE (environment): no such setting;"
                + " the names are in docs/configuration.md");
  }

  @Test
  void entriesOfMapsAreChecked() throws IOException {
    assertThat(mistakes("limits:\n  tiers:\n    free:\n      rate: 0\n    a b: {}\n"))
        .containsExactly(
            "limits.tiers.free.rate = 0 (sluice.yaml line 4): expected a whole number from 1 to 1000",
            "limits.tiers (sluice.yaml): expected names of letters, digits and _.-$*");
    assertThat(mistakes("limits: {weights: {b: 10, c: }}"))
        .containsExactly(
            "limits.weights.b = 10 (sluice.yaml line 1): expected a whole number from 0 to 9",
            "limits.weights.c = \"\" (default): expected a whole number from 0 to 9");
    assertThat(mistakes("", Map.of("SLUICE_LIMITS_WEIGHTS", "a")))
        .containsExactly(
            "limits.weights (environment SLUICE_LIMITS_WEIGHTS):"
                + " expected name=value pairs with commas between them");
  }

  @Test
  void whatARecordRefusesIsReportedAtItsKey() throws IOException {
    assertThat(mistakes("limits:\n  tiers:\n    free:\n      rate: 30\n"))
        .containsExactly(
            "limits.tiers.free.burst = 20 (default): expected at least rate, which is 30");
    assertThat(mistakes("limits: {tiers: {free: {rate: 9, burst: 8}}}"))
        .containsExactly(
            "limits.tiers.free.burst = 8 (sluice.yaml line 1): expected at least rate, which is 9");
  }

  @Test
  void sectionsAndRecordsNeedKeysBelowThem() throws IOException {
    assertThat(mistakes("edge: 5\nlimits:\n  tiers: [free]\n"))
        .containsExactly(
            "edge (sluice.yaml line 1): expected keys below it",
            "limits.tiers = (a list) (sluice.yaml line 3): expected keys below it");
    assertThat(mistakes("- edge\n"))
        .containsExactly(
            "sluice.yaml (sluice.yaml line 1): expected sections with keys below them");
  }

  @Test
  void yamlIsStrict() throws IOException {
    assertThat(mistakes("edge:\n  port: 1\n  port: 2\n"))
        .containsExactly("edge.port (sluice.yaml line 3): expected once; it is in line 2 too");
    assertThat(mistakes("edge:\n  host: &h a\nauth:\n  pepper: *h\n"))
        .contains("auth.pepper (sluice.yaml line 4): expected the value itself, not an alias");
    assertThat(mistakes("edge:\n---\nauth:\n"))
        .containsExactly(
            "sluice.yaml (sluice.yaml line 3): expected one YAML document, not several");
    assertThat(mistakes("edge:\n  port: 1\n host: a\n"))
        .containsExactly(
            "sluice.yaml (sluice.yaml line 3): expected YAML: expected <block end>, but found"
                + " '<block mapping start>'");
    assertThat(mistakes("edge:\n\tport: 1\n"))
        .containsExactly(
            "sluice.yaml (sluice.yaml line 2): expected YAML: found character '\\t(TAB)' that cannot"
                + " start any token. (Do not use \\t(TAB) for indentation)");
  }

  @Test
  void aMissingFileIsAMistake() {
    Path missing = conf.resolve("missing");
    ConfigException thrown =
        catchThrowableOfType(
            ConfigException.class, () -> Config.load(missing, Map.of(), Sections.ALL));
    assertThat(thrown)
        .hasMessage(
            "The configuration has a mistake:\n  --conf = "
                + missing
                + " (command line): expected a file or a folder");
  }

  @Test
  void secretsAreInNoMessage() throws IOException {
    String forbidden = "forbidden-hunter2";
    List<List<String>> all =
        List.of(
            mistakes("auth: {pepper: hunter2}"),
            mistakes("auth: {pepper: [hunter2]}"),
            mistakes("auth: {pepper: {hunter2: 1}}"),
            mistakes("auth: {peper: hunter2}"),
            mistakes("auth: {pepper: " + forbidden + "}"),
            mistakes("auth: {pepper: hunter2\n  bad: ["),
            mistakes("auth:\n  pepper: \"hunter2\n  bad: ["),
            mistakes("", Map.of("SLUICE_AUTH_PEPPER", "hunter2")),
            mistakes("", Map.of("SLUICE_AUTH_PEPER", "hunter2")),
            mistakes(
                "", Map.of("SLUICE_AUTH_PEPPER", forbidden, "SLUICE_AUTH_PEPPER_FILE", "/etc/x")));
    assertThat(all).noneMatch(List::isEmpty).noneMatch(m -> m.toString().contains("hunter2"));
    assertThat(all.get(0))
        .containsExactly(
            "auth.pepper = ****** (sluice.yaml line 1): expected a text of 8 to 100 characters");
    assertThat(all.get(4))
        .containsExactly(
            "auth.pepper = ****** (sluice.yaml line 1): expected something else than ******");
  }

  @Test
  void aSecretFileMustBeReadableAndTheOnlySource() throws IOException {
    Path secret = Files.writeString(conf.resolve("pepper"), "s3cret-pepper\n");
    assertThat(mistakes("", Map.of("SLUICE_AUTH_PEPPER_FILE", conf.resolve("none").toString())))
        .containsExactly(
            "auth.pepper = "
                + conf.resolve("none")
                + " (environment SLUICE_AUTH_PEPPER_FILE):"
                + " expected a file of at most 64KB that can be read");
    assertThat(
            mistakes(
                "",
                Map.of(
                    "SLUICE_AUTH_PEPPER",
                    "s3cret-pepper",
                    "SLUICE_AUTH_PEPPER_FILE",
                    secret.toString())))
        .containsExactly(
            "auth.pepper (environment SLUICE_AUTH_PEPPER_FILE):"
                + " expected only one of SLUICE_AUTH_PEPPER_FILE and SLUICE_AUTH_PEPPER");
    assertThat(mistakes("", Map.of("SLUICE_AUTH_ROUNDS_FILE", secret.toString())))
        .singleElement()
        .asString()
        .startsWith("SLUICE_AUTH_ROUNDS_FILE (environment): no such setting");
  }
}
