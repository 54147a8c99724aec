package dev.sluice.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.codec.Names;
import dev.sluice.contract.Idempotent;
import dev.sluice.contract.MayBeAbsent;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Requires;
import dev.sluice.edge.route.RoutesConfig;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpMethod;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The route table as an OpenAPI 3.0.3 document, made of the table and the records alone: what it
 * says of a field is what {@link Input} and the mapper do with it.
 */
final class OpenApi {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final OpenApiSchemas schemas = new OpenApiSchemas();
  private final Set<Integer> problems = new TreeSet<>();
  private final Set<String> ids = new HashSet<>();

  private OpenApi() {}

  /** The contracts alone: what every node has. */
  static ObjectNode document(List<Endpoints.Route> routes) {
    return new OpenApi().build(routes, null);
  }

  /** The contracts, what tells about the node, and the routes of a table. */
  static ObjectNode document(List<Endpoints.Route> routes, RoutesConfig table) {
    return new OpenApi().build(routes, table);
  }

  private ObjectNode build(List<Endpoints.Route> routes, RoutesConfig table) {
    ObjectNode document = JSON.objectNode().put("openapi", "3.0.3");
    document
        .putObject("info")
        .put("title", "Sluice")
        .put("version", "1")
        .put("description", "The contracts a Sluice gateway offers over HTTP and JSON.")
        .putObject("license")
        .put("name", "Apache-2.0")
        .put("url", "https://www.apache.org/licenses/LICENSE-2.0");
    document.putArray("servers").addObject().put("url", "/");
    Map<String, ObjectNode> paths = new LinkedHashMap<>();
    for (Endpoints.Route route : routes) {
      paths
          .computeIfAbsent(route.template(), path -> JSON.objectNode())
          .set(method(route), operation(route));
    }
    if (table != null) {
      new OwnOperations(schemas, this::refusal).addTo(paths);
      new RouteOperations(paths, document.putArray("tags"), this::operation).add(table);
    }
    document.putObject("paths").setAll(paths);
    ObjectNode components = document.putObject("components");
    components.set("responses", problemResponses());
    components.set("schemas", schemas.all());
    ObjectNode security = components.putObject("securitySchemes");
    security
        .putObject("bearer")
        .put("type", "http")
        .put("scheme", "bearer")
        .put("bearerFormat", "JWT");
    security.putObject("key").put("type", "apiKey").put("in", "header").put("name", "X-API-Key");
    return document;
  }

  private Map.Entry<String, ObjectNode> refusal(Problem problem) {
    int status = Problems.status(problem);
    problems.add(status);
    ObjectNode reference =
        JSON.objectNode().put("$ref", "#/components/responses/" + problemName(status));
    return Map.entry(Integer.toString(status), reference);
  }

  private static String method(Endpoints.Route route) {
    return route.method().name().toLowerCase(Locale.ROOT);
  }

  private ObjectNode operation(Endpoints.Route route) {
    String name = Names.of(route.contract());
    // The same contract at a second place: the ids of operations are unique.
    String id = ids.add(name) ? name : name + '.' + method(route);
    String requires = route.contract().getAnnotation(Requires.class).value();
    ObjectNode operation = JSON.objectNode().put("operationId", id);
    operation.putArray("tags").add(name.substring(0, name.indexOf('.')));
    operation.put("description", description(route, requires));
    ArrayNode security = operation.putArray("security");
    if (!requires.equals(Requires.ANYONE)) {
      security.addObject().putArray("bearer");
      security.addObject().putArray("key");
    }
    ArrayNode parameters = parameters(route, requires);
    if (!parameters.isEmpty()) {
      operation.set("parameters", parameters);
    }
    if (hasBody(route)) {
      operation
          .putObject("requestBody")
          .put("required", true)
          .putObject("content")
          .putObject("application/json")
          .set("schema", schemas.body(route.contract(), route.parameters()));
    }
    operation.set("responses", responses(route));
    return operation;
  }

  private static String description(Endpoints.Route route, String requires) {
    String who =
        switch (requires) {
          case Requires.ANYONE -> "Needs no credentials.";
          case Requires.SIGNED_IN -> "Needs credentials.";
          default -> "Needs the permission " + requires + ".";
        };
    return route.aliases().isEmpty()
        ? who
        : who + " Also at " + String.join(" and ", route.aliases()) + ".";
  }

  private ArrayNode parameters(Endpoints.Route route, String requires) {
    ArrayNode parameters = JSON.arrayNode();
    for (RecordComponent field : route.contract().getRecordComponents()) {
      boolean inPath = route.parameters().contains(field.getName());
      if (inPath || !route.takesBody()) {
        parameters
            .addObject()
            .put("name", field.getName())
            .put("in", inPath ? "path" : "query")
            .put("required", !field.isAnnotationPresent(MayBeAbsent.class))
            .set("schema", schemas.of(field.getGenericType()));
      }
    }
    // What a room does once for a key; others have no use for one.
    if (route.method().equals(HttpMethod.POST)
        && (route.status() == HttpResponseStatus.CREATED.code()
            || !requires.equals(Requires.ANYONE))
        && !route.contract().isAnnotationPresent(Idempotent.class)) {
      parameters
          .addObject()
          .put("name", "Idempotency-Key")
          .put("in", "header")
          .put("required", false)
          .put("description", "The same answer again for the same key, for 24 hours.")
          .putObject("schema")
          .put("type", "string")
          .put("minLength", 1)
          .put("maxLength", 255);
    }
    return parameters;
  }

  private ObjectNode responses(Endpoints.Route route) {
    ObjectNode responses = JSON.objectNode();
    ObjectNode good = responses.putObject(Integer.toString(route.status()));
    good.put("description", HttpResponseStatus.valueOf(route.status()).reasonPhrase());
    if (route.location() != null) {
      header(good, "Location", "Where what was created is.");
    }
    if (route.nextCursor() != null) {
      header(good, "Link", "The next page, with rel=\"next\"; absent on the last.");
    }
    if (route.status() != HttpResponseStatus.NO_CONTENT.code()) {
      good.putObject("content")
          .putObject("application/json")
          .set("schema", schemas.of(OpenApiSchemas.answer(route.contract())));
    }
    for (int status : failures(route)) {
      problems.add(status);
      responses
          .putObject(Integer.toString(status))
          .put("$ref", "#/components/responses/" + problemName(status));
    }
    return responses;
  }

  private static List<Integer> failures(Endpoints.Route route) {
    Set<Problem> possible = new TreeSet<>(List.of(Problem.values()));
    if (route.parameters().isEmpty()) {
      possible.remove(Problem.NOT_FOUND);
    }
    if (route.contract().getAnnotation(Requires.class).value().equals(Requires.ANYONE)) {
      possible.remove(Problem.DENIED);
    }
    if (!hasBody(route)) {
      possible.removeAll(
          Set.of(Problem.CONFLICT, Problem.UNPROCESSABLE, Problem.TOO_LARGE, Problem.UNSUPPORTED));
    }
    return possible.stream().map(Problems::status).sorted().toList();
  }

  /** Whether anything is left for the body once the path has been read. */
  private static boolean hasBody(Endpoints.Route route) {
    return route.takesBody()
        && route.contract().getRecordComponents().length > route.parameters().size();
  }

  private ObjectNode problemResponses() {
    ObjectNode all = JSON.objectNode();
    for (int status : problems) {
      ObjectNode response = all.putObject(problemName(status));
      response.put("description", HttpResponseStatus.valueOf(status).reasonPhrase());
      if (status == HttpResponseStatus.TOO_MANY_REQUESTS.code()
          || status == HttpResponseStatus.SERVICE_UNAVAILABLE.code()) {
        header(response, "Retry-After", "Seconds to wait before trying again.");
      }
      response
          .putObject("content")
          .putObject(Problems.PROBLEM_JSON.toString())
          .set("schema", schemas.problem());
    }
    return all;
  }

  private static String problemName(int status) {
    List<String> words = new ArrayList<>();
    for (Problem problem : Problem.values()) {
      if (Problems.status(problem) == status) {
        words.add(problem.name().toLowerCase(Locale.ROOT));
      }
    }
    return String.join("_", words);
  }

  private static void header(ObjectNode response, String name, String description) {
    response
        .withObjectProperty("headers")
        .putObject(name)
        .put("description", description)
        .putObject("schema")
        .put("type", "string");
  }
}
