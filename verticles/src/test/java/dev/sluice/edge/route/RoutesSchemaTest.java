package dev.sluice.edge.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.platform.config.JsonSchema;
import dev.sluice.rules.Sources;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * conf/routes.schema.json is what the records say, and conf/routes.yaml is right as it is shown.
 */
class RoutesSchemaTest {
  private static final String WRITE = "sluice.write";
  private static final Path CONF = Sources.root().resolve("conf");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private static String rendered() throws IOException {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(DefaultPrettyPrinter.NopIndenter.instance);
    return new ObjectMapper()
            .writer(printer)
            .writeValueAsString(
                JsonSchema.of(RoutesConfig.class, "routes.schema.json", "Routes of Sluice"))
        + "\n";
  }

  private static OutputUnit held(String yaml) throws IOException {
    Validator validator =
        Validator.create(
            io.vertx.json.schema.JsonSchema.of(new JsonObject(rendered())),
            new JsonSchemaOptions()
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic)
                .setBaseUri("https://sluice.dev"));
    return validator.validate(new JsonObject(YAML.readTree(yaml).toString()));
  }

  /** The examples as if they were in force. */
  private static String uncommented() throws IOException {
    return Files.readAllLines(CONF.resolve("routes.yaml")).stream()
        .filter(line -> !line.startsWith("##") && !line.startsWith("# yaml-language-server"))
        .map(line -> line.startsWith("# ") ? line.substring(2) : line)
        .collect(Collectors.joining("\n"));
  }

  @Test
  void theSchemaIsUpToDate() throws IOException {
    Path file = CONF.resolve("routes.schema.json");
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(file, rendered());
    }
    assertThat(Files.exists(file) && Files.readString(file).equals(rendered()))
        .as("conf/routes.schema.json is up to date; if not, write it again with -D%s=true", WRITE)
        .isTrue();
  }

  @Test
  void aListMayBeAsLongAsItSays() throws IOException {
    assertThat(rendered()).contains("\"maxItems\" : 10000");
  }

  @Test
  void theShippedTableHasTheDemoOnly() throws IOException {
    String shipped = Files.readString(CONF.resolve("routes.yaml"));
    RoutesConfig config = RoutesReaderTest.READER.read(shipped, "routes.yaml");
    assertThat(config.routes()).containsOnlyKeys("demo");
    assertThat(config.upstreams()).containsOnlyKeys("demo");
    assertThat(held(shipped).getValid()).isTrue();
  }

  @Test
  void theExamplesAreRight() throws IOException {
    RoutesConfig config = RoutesReaderTest.READER.read(uncommented(), "routes.yaml");
    assertThat(config.routes()).hasSizeGreaterThan(10).containsKeys("shop", "auth-routes");
    assertThat(config.upstreams()).containsKeys("shop", "vault", "auth-service");
    OutputUnit held = held(uncommented());
    assertThat(held.getValid()).as("%s", held.getErrors()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "routez: {}",
        "routes: {a: {upstrem: x}}",
        "routes: {a: {priority: high}}",
        "routes: {a: {priority: 1000001}}",
        "routes: {a: {timeout: 5 seconds}}",
        "routes: {a: {auth: [jwtt]}}",
        "routes: {a: {split: {}}}",
        "routes: {'a b': {}}",
        "routes: {a: {body_limit: 10MBit}}",
        "routes: {a: {match: {headers: {'a b': c}}}}",
        "upstreams: {a: {balance: rand}}",
        "_format_version: '9'",
      })
  void theSchemaRefusesWhatTheReaderRefuses(String yaml) throws IOException {
    assertThat(held(yaml).getValid()).isFalse();
    assertThat(RoutesReaderTest.mistakes(yaml)).isNotEmpty();
  }
}
