package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.codec.Names;
import dev.sluice.rules.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The OpenAPI document says all of the route table, holds together, and is in conf/ as it is. */
class OpenApiTest {
  private static final String WRITE = "sluice.write";
  private static final String COMMAND =
      "mvn -pl verticles -am test -Dtest=OpenApiTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -D"
          + WRITE
          + "=true";

  private final ObjectNode document = OpenApi.document(Endpoints.ROUTES);

  @Test
  void everyRouteIsThereUnderItsOneName() {
    List<String> names = new ArrayList<>();
    for (Endpoints.Route route : Endpoints.ROUTES) {
      JsonNode operation =
          document
              .path("paths")
              .path(route.template())
              .path(route.method().name().toLowerCase(Locale.ROOT));
      String name = Names.of(route.contract());
      String second = name + '.' + route.method().name().toLowerCase(Locale.ROOT);
      assertThat(operation.path("operationId").asText())
          .isEqualTo(names.contains(name) ? second : name);
      assertThat(operation.path("responses").has(Integer.toString(route.status()))).isTrue();
      assertThat(operation.path("responses").has("429")).isTrue();
      for (String parameter : route.parameters()) {
        assertThat(operation.path("parameters").findValuesAsText("name")).contains(parameter);
      }
      names.add(operation.path("operationId").asText());
    }
    assertThat(names).doesNotHaveDuplicates();
    int operations = 0;
    for (JsonNode path : document.path("paths")) {
      operations += path.size();
    }
    assertThat(operations).isEqualTo(Endpoints.ROUTES.size());
  }

  @Test
  void everyReferenceLeadsSomewhereAndNothingIsLeftOver() {
    List<String> references = document.findValuesAsText("$ref");
    assertThat(references)
        .isNotEmpty()
        .allSatisfy(
            reference -> assertThat(document.at(reference.substring(1)).isObject()).isTrue());
    for (String kind : List.of("schemas", "responses")) {
      document
          .at("/components/" + kind)
          .fieldNames()
          .forEachRemaining(
              name -> assertThat(references).contains("#/components/" + kind + "/" + name));
    }
  }

  @Test
  void whatAClientNeedsToKnowOfAnOrder() {
    JsonNode create = document.at("/paths/~1api~1v1~1orders/post");
    assertThat(create.at("/parameters/0/name").asText()).isEqualTo("Idempotency-Key");
    assertThat(create.at("/security").findValues("bearer")).hasSize(1);
    assertThat(create.at("/security").findValues("key")).hasSize(1);
    assertThat(create.at("/responses/201/headers/Location").isObject()).isTrue();
    assertThat(create.path("responses").fieldNames())
        .toIterable()
        .containsExactly(
            "201", "400", "401", "403", "409", "413", "415", "422", "429", "500", "503", "504");
    JsonNode money = document.at("/components/schemas/money/properties");
    assertThat(money.findValuesAsText("type")).containsExactly("string", "string");
    JsonNode moved = document.at("/components/schemas/order.transition");
    assertThat(moved.path("properties").fieldNames())
        .toIterable()
        .containsExactly("to", "expectedVersion");
    assertThat(moved.at("/required").toString()).isEqualTo("[\"to\"]");
    assertThat(document.at("/paths/~1api~1v1~1orders/get/parameters").findValuesAsText("name"))
        .containsExactly("limit", "cursor", "status");
    assertThat(document.at("/paths/~1api~1v1~1auth~1login/post/security")).isEmpty();
  }

  @Test
  void theFileIsUpToDate() throws IOException {
    Path file = Sources.root().resolve("conf/openapi.yaml");
    String rendered =
        "# Written by OpenApiTest out of the route table; the same as GET /openapi.json.\n"
            + YAMLMapper.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .build()
                .writeValueAsString(document);
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(file, rendered);
    }
    assertThat(Files.exists(file) && Files.readString(file).equals(rendered))
        .as("conf/openapi.yaml is up to date; if not, write it again with:%n  %s%n", COMMAND)
        .isTrue();
  }
}
