package dev.sluice.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Routes;
import dev.sluice.edge.catalog.Catalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What a gateway offers besides contracts and routes, as operations of an OpenAPI document. */
final class OwnOperations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String TAG = "node";
  private static final int MAX_PAGE = 1000;

  private final OpenApiSchemas schemas;
  private final Function<Problem, Map.Entry<String, ObjectNode>> refusals;

  /**
   * @param refusals the status of a problem, and the reference to what its answer is
   */
  OwnOperations(OpenApiSchemas schemas, Function<Problem, Map.Entry<String, ObjectNode>> refusals) {
    this.schemas = schemas;
    this.refusals = refusals;
  }

  void addTo(Map<String, ObjectNode> paths) {
    ObjectNode catalog = operation("catalog", "What is behind this node.", CatalogCall.NEEDS);
    answer(catalog, 200, schemas.of(Catalog.class));
    refuse(catalog, List.of());
    paths.computeIfAbsent(CatalogCall.PATH, path -> JSON.objectNode()).set("get", catalog);
    for (AdminOperation admin : AdminOperation.values()) {
      paths
          .computeIfAbsent(admin.template(), path -> JSON.objectNode())
          .set(admin.method().name().toLowerCase(Locale.ROOT), admin(admin));
    }
  }

  private ObjectNode admin(AdminOperation admin) {
    String id = "admin." + admin.name().toLowerCase(Locale.ROOT);
    ObjectNode operation = operation(id, admin.does(), admin.requires());
    List<Problem> problems = new ArrayList<>();
    if (!admin.parameters().isEmpty() || !admin.query().isEmpty()) {
      ArrayNode parameters = operation.putArray("parameters");
      admin.parameters().forEach(name -> parameter(parameters, "path", name));
      admin.query().forEach(name -> parameter(parameters, "query", name));
    }
    if (!admin.parameters().isEmpty()) {
      problems.add(Problem.NOT_FOUND);
    }
    if (admin.takesBody()) {
      operation
          .putObject("requestBody")
          .put("required", true)
          .putObject("content")
          .putObject("application/json")
          .set("schema", written(admin));
    }
    boolean writes = admin.requires().startsWith("write");
    if (admin.takesBody() || !admin.query().isEmpty() || writes) {
      problems.add(Problem.INVALID);
    }
    if (writes) {
      problems.add(Problem.CONFLICT);
    }
    switch (admin) {
      case VERSIONS ->
          answer(operation, 200, schemas.of(OpenApiSchemas.answer(Routes.Versions.class)));
      case DELETE_ROUTE, DELETE_UPSTREAM -> answer(operation, 204, null);
      default -> answer(operation, 200, JSON.objectNode().put("type", "object"));
    }
    refuse(operation, problems);
    return operation;
  }

  /** Its schema is a document of its own, which editors have too. */
  private static ObjectNode written(AdminOperation admin) {
    String what =
        admin == AdminOperation.VALIDATE ? "routes and upstreams" : "the " + admin.kind().label();
    return JSON.objectNode()
        .put("type", "object")
        .put("description", "What routes.yaml has for " + what + ", see conf/routes.schema.json.");
  }

  private static void parameter(ArrayNode parameters, String in, String name) {
    ObjectNode parameter = parameters.addObject().put("name", name).put("in", in);
    ObjectNode schema = parameter.put("required", in.equals("path")).putObject("schema");
    if (name.equals("limit")) {
      schema.put("type", "integer").put("minimum", 1).put("maximum", MAX_PAGE);
    } else {
      schema.put("type", name.equals("version") ? "integer" : "string");
    }
  }

  private static ObjectNode operation(String id, String does, String requires) {
    ObjectNode operation = JSON.objectNode().put("operationId", id);
    operation.putArray("tags").add(TAG);
    operation.put("description", does + " Needs the permission " + requires + ".");
    ArrayNode security = operation.putArray("security");
    security.addObject().putArray("bearer");
    security.addObject().putArray("key");
    return operation;
  }

  private static void answer(ObjectNode operation, int status, ObjectNode schema) {
    ObjectNode answer =
        operation.withObjectProperty("responses").putObject(Integer.toString(status));
    answer.put("description", schema == null ? "Done" : "OK");
    if (schema != null) {
      answer.putObject("content").putObject("application/json").set("schema", schema);
    }
  }

  private void refuse(ObjectNode operation, List<Problem> problems) {
    ObjectNode responses = operation.withObjectProperty("responses");
    List<Problem> all = new ArrayList<>(problems);
    all.addAll(List.of(Problem.UNAUTHENTICATED, Problem.DENIED));
    all.sort(null);
    for (Problem problem : all) {
      Map.Entry<String, ObjectNode> refusal = refusals.apply(problem);
      responses.set(refusal.getKey(), refusal.getValue());
    }
  }
}
