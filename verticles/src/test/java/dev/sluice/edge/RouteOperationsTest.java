package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.edge.route.RoutesReader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What the OpenAPI document says of the routes of a table. */
class RouteOperationsTest {
  private static final String TABLE =
      """
      upstreams:
        shop:
          targets: [{url: "http://127.0.0.1:9001"}]
          about: {description: Things to buy}
      routes:
        all:
          match: {paths: ["/shop/*"]}
          upstream: shop
        items:
          match:
            paths: ["/items/{id}", "/things/{id}"]
            methods: [GET, PUT, PURGE]
            headers: {X-Kind: tea, X-Any: "*", X-Some: "~[a-z]+", Accept: text/html}
            query: {beta: "1"}
            version: "2"
          upstream: shop
          auth: [jwt, mtls]
          permissions: [read:items]
        items-other:
          match: {paths: ["/items/{item}"], methods: [GET]}
          upstream: shop
          auth: [api_key, public]
        order.get:
          match: {paths: ["/o/{orderId}"], methods: [GET], hosts: [shop.example.com, "*.b.com"]}
          contract: order.get
          auth: [jwt]
        everything:
          match: {hosts: ["*.a.com"]}
          split: [{upstream: shop, weight: 3}]
        ours:
          match: {paths: [/api/v1/orders], methods: [GET]}
          respond: {status: 200, body: hello}
        fixed:
          match: {paths: [/fixed], methods: [GET]}
          respond: {status: 204}
        off:
          enabled: false
          match: {paths: [/off]}
          upstream: shop
      """;

  private final ObjectNode document =
      OpenApi.document(
          Endpoints.ROUTES,
          new RoutesReader(Path.of("."), Routing.contracts()).read(TABLE, "routes.yaml"));

  private JsonNode operation(String path, String method) {
    return document.path("paths").path(path).path(method);
  }

  private static List<String> names(JsonNode object) {
    return StreamSupport.stream(((Iterable<String>) object::fieldNames).spliterator(), false)
        .toList();
  }

  @Test
  void theAdminApiIsThereAndEveryReferenceLeadsSomewhere() {
    JsonNode put = operation("/api/v1/admin/routes/{name}", "put");
    assertThat(put.path("description").asText()).contains("write:routes");
    assertThat(put.at("/parameters/0/name").asText()).isEqualTo("name");
    assertThat(put.has("requestBody")).isTrue();
    assertThat(names(put.path("responses")))
        .containsExactlyInAnyOrder("200", "400", "401", "403", "404", "409");
    JsonNode list = operation("/api/v1/admin/upstreams", "get");
    assertThat(list.path("description").asText()).contains("read:routes");
    assertThat(list.findValuesAsText("name")).containsExactly("limit", "after");
    assertThat(names(operation("/api/v1/admin/upstreams/{name}", "delete").path("responses")))
        .contains("204", "400", "409");
    assertThat(document.findValuesAsText("$ref"))
        .isNotEmpty()
        .allSatisfy(
            reference -> assertThat(document.at(reference.substring(1)).isObject()).isTrue());
    assertThat(document.findValuesAsText("operationId")).doesNotHaveDuplicates();
  }

  @Test
  void aWildcardIsAParameterAndNoMethodIsAllOfThem() {
    assertThat(names(document.path("paths").path("/shop/{rest}")))
        .containsExactly("get", "post", "put", "patch", "delete");
    JsonNode get = operation("/shop/{rest}", "get");
    assertThat(get.at("/parameters/0/name").asText()).isEqualTo("rest");
    assertThat(get.at("/parameters/0/in").asText()).isEqualTo("path");
    assertThat(get.at("/tags/0").asText()).isEqualTo("all");
    assertThat(get.path("description").asText()).startsWith("To the upstream shop.");
    assertThat(get.path("security").toString()).isEqualTo("[{}]");
    assertThat(get.has("requestBody")).isFalse();
    assertThat(operation("/shop/{rest}", "post").has("requestBody")).isTrue();
    assertThat(names(document.path("paths"))).contains("/{rest}").doesNotContain("/off");
    assertThat(operation("/fixed", "get").path("responses").has("204")).isTrue();
  }

  @Test
  void conditionsAreParametersAndWaysInAreSecurity() {
    JsonNode get = operation("/items/{id}", "get");
    assertThat(get.path("parameters").findValuesAsText("name"))
        .containsExactlyInAnyOrder("id", "beta", "X-Kind", "X-Any", "X-Some", "Accept-Version");
    for (JsonNode parameter : get.path("parameters")) {
      String schema = parameter.path("schema").toString();
      switch (parameter.path("name").asText()) {
        case "X-Kind" -> assertThat(schema).contains("\"enum\":[\"tea\"]");
        case "X-Some" -> assertThat(schema).contains("\"pattern\":\"^([a-z]+)$\"");
        case "Accept-Version" -> assertThat(parameter.path("required").asBoolean()).isFalse();
        default -> assertThat(parameter.path("required").asBoolean()).isTrue();
      }
    }
    assertThat(get.path("security").toString()).isEqualTo("[{\"bearer\":[]}]");
    assertThat(get.path("description").asText()).contains("Access: jwt, mtls, with read:items.");
    assertThat(names(document.path("paths").path("/things/{id}"))).containsExactly("get", "put");
  }

  @Test
  void whatOpenApiCannotTellApartIsOneOperation() {
    assertThat(document.path("paths").has("/items/{item}")).isFalse();
    assertThat(operation("/items/{id}", "get").path("description").asText())
        .endsWith("Also the route items-other.");
    assertThat(operation("/api/v1/orders", "get").path("operationId").asText())
        .isEqualTo("order.list");
  }

  @Test
  void aContractKeepsItsShapeAtAnotherPlace() {
    JsonNode moved = operation("/o/{orderId}", "get");
    assertThat(moved.path("operationId").asText()).isEqualTo("order.get:get");
    assertThat(moved.at("/responses/200/content").isObject()).isTrue();
    assertThat(moved.at("/security").toString()).isEqualTo("[{\"bearer\":[]}]");
    assertThat(moved.at("/servers").findValuesAsText("url")).containsExactly("//shop.example.com");
    assertThat(moved.path("description").asText()).contains("at shop.example.com and *.b.com only");
  }

  @Test
  void theWholeHoldsTogether() {
    assertThat(document.path("paths").findValuesAsText("operationId")).doesNotHaveDuplicates();
    for (String reference : document.findValuesAsText("$ref")) {
      assertThat(document.at(reference.substring(1)).isObject()).as(reference).isTrue();
    }
    assertThat(document.path("tags").findValuesAsText("description"))
        .contains("To the upstream shop: Things to buy", "To the upstreams shop (3)");
    for (JsonNode item : document.path("paths")) {
      for (JsonNode operation : item) {
        assertThat(operation.path("responses").isEmpty()).isFalse();
      }
    }
    assertThat(operation(CatalogCall.PATH, "get").at("/responses/200").isObject()).isTrue();
  }
}
