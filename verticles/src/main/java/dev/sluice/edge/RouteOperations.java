package dev.sluice.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.codec.Names;
import dev.sluice.edge.route.MatchConfig;
import dev.sluice.edge.route.RouteConfig;
import dev.sluice.edge.route.RoutesConfig;
import dev.sluice.edge.upstream.UpstreamConfig;
import io.vertx.core.http.HttpMethod;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The routes of the table as operations of an OpenAPI document. A route is a tag. Of what an
 * upstream answers nothing is known but where it is: the schemas are empty. Two routes that differ
 * in nothing OpenAPI can say (a host, a header's value) are one operation, which names both.
 */
final class RouteOperations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> ANY = List.of("GET", "POST", "PUT", "PATCH", "DELETE");
  private static final Set<String> SAYABLE =
      Set.of("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE");
  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

  /** Header fields OpenAPI 3.0 has other places for. */
  private static final Set<String> NOT_PARAMETERS =
      Set.of("accept", "content-type", "authorization");

  private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");

  private final Map<String, ObjectNode> paths;
  private final ArrayNode tags;
  private final Function<Endpoints.Route, ObjectNode> contracts;

  /** Paths as they match: those that differ in the names of parameters only are the same. */
  private final Map<String, String> shapes = new TreeMap<>();

  /** How many operations an id stem has, beginning with the second. */
  private final Set<String> ids = new HashSet<>();

  /**
   * @param paths the path items by path, to be added to
   * @param tags to be added to
   * @param contracts the operation of a contract
   */
  RouteOperations(
      Map<String, ObjectNode> paths,
      ArrayNode tags,
      Function<Endpoints.Route, ObjectNode> contracts) {
    this.paths = paths;
    this.tags = tags;
    this.contracts = contracts;
    paths.keySet().forEach(path -> shapes.put(shape(path), path));
  }

  void add(RoutesConfig config) {
    config
        .routes()
        .forEach(
            (name, route) -> {
              if (route.enabled()) {
                add(name, route, config.upstreams());
              }
            });
  }

  private void add(String name, RouteConfig route, Map<String, UpstreamConfig> upstreams) {
    String leads = leads(route);
    tags.addObject().put("name", name).put("description", leads + about(route, upstreams));
    MatchConfig match = route.match();
    List<String> methods = match.methods().isEmpty() ? ANY : match.methods();
    for (String written : match.paths().isEmpty() ? List.of("/*") : match.paths()) {
      String path =
          written.endsWith("/*") ? written.substring(0, written.length() - 1) + "{rest}" : written;
      String known = shapes.putIfAbsent(shape(path), path);
      ObjectNode item = paths.computeIfAbsent(known == null ? path : known, p -> JSON.objectNode());
      for (String method : methods) {
        String key = method.toLowerCase(Locale.ROOT);
        if (!SAYABLE.contains(method)) {
          continue;
        }
        if (item.get(key) instanceof ObjectNode other) {
          String before = other.path("description").asText();
          other.put("description", before + "\n\nAlso the route " + name + only(match) + ".");
        } else {
          item.set(key, operation(name, route, method, path, leads));
        }
      }
    }
  }

  private ObjectNode operation(
      String name, RouteConfig route, String method, String path, String leads) {
    ObjectNode operation =
        route.contract().isEmpty() ? forwarded(route, method, path) : contract(route, method, path);
    operation.put("operationId", id(name + ":" + method.toLowerCase(Locale.ROOT)));
    operation.putArray("tags").add(name);
    operation.put("description", leads + only(route.match()) + "." + access(route));
    operation.set("security", security(route));
    ArrayNode servers = JSON.arrayNode();
    for (String host : route.match().hosts()) {
      if (!host.startsWith("*")) {
        servers.addObject().put("url", "//" + host);
      }
    }
    if (!servers.isEmpty()) {
      operation.set("servers", servers);
    }
    return operation;
  }

  private ObjectNode forwarded(RouteConfig route, String method, String path) {
    ObjectNode operation = JSON.objectNode();
    ArrayNode parameters = JSON.arrayNode();
    Matcher names = PARAMETER.matcher(path);
    while (names.find()) {
      parameter(parameters, names.group(1), "path", "*");
    }
    route.match().query().forEach((name, value) -> parameter(parameters, name, "query", value));
    route
        .match()
        .headers()
        .forEach(
            (name, value) -> {
              if (!NOT_PARAMETERS.contains(name.toLowerCase(Locale.ROOT))) {
                parameter(parameters, name, "header", value);
              }
            });
    if (!route.match().version().isEmpty()) {
      // The Accept field can say it in its place.
      parameter(parameters, "Accept-Version", "header", route.match().version())
          .put("required", false);
    }
    if (!parameters.isEmpty()) {
      operation.set("parameters", parameters);
    }
    if (WITH_BODY.contains(method)) {
      operation.putObject("requestBody").putObject("content").putObject("application/json");
    }
    ObjectNode responses = operation.putObject("responses");
    String status =
        route.respond().status() == 0 ? "default" : Integer.toString(route.respond().status());
    responses
        .putObject(status)
        .put(
            "description", "What is there answers; what fails on the way is a problem (RFC 9457).");
    return operation;
  }

  private ObjectNode contract(RouteConfig route, String method, String path) {
    Endpoints.Route ours =
        Endpoints.ROUTES.stream()
            .filter(one -> Names.of(one.contract()).equals(route.contract()))
            .findFirst()
            .orElseThrow();
    return contracts.apply(ours.moved(HttpMethod.valueOf(method), path));
  }

  /** A value of the match: exact, any, or an expression. */
  private static ObjectNode parameter(ArrayNode all, String name, String in, String value) {
    ObjectNode parameter = all.addObject().put("name", name).put("in", in).put("required", true);
    ObjectNode schema = parameter.putObject("schema").put("type", "string");
    if (value.startsWith("~")) {
      schema.put("pattern", "^(" + value.substring(1) + ")$");
    } else if (!value.equals("*")) {
      schema.putArray("enum").add(value);
    }
    return parameter;
  }

  private static ArrayNode security(RouteConfig route) {
    ArrayNode security = JSON.arrayNode();
    for (String way : route.auth()) {
      switch (way) {
        case "jwt" -> security.addObject().putArray("bearer");
        case "api_key" -> security.addObject().putArray("key");
        case "public" -> security.addObject();
        default -> {} // OpenAPI 3.0 has no word for certificates; the description says it
      }
    }
    return security;
  }

  private static String access(RouteConfig route) {
    String ways = String.join(", ", route.auth());
    return route.permissions().isEmpty()
        ? " Access: " + ways + "."
        : " Access: " + ways + ", with " + String.join(", ", route.permissions()) + ".";
  }

  private static String leads(RouteConfig route) {
    return switch (route.destinations().get(0)) {
      case UPSTREAM -> "To the upstream " + route.upstream();
      case SPLIT ->
          "To the upstreams "
              + route.split().stream()
                  .map(part -> part.upstream() + " (" + part.weight() + ")")
                  .collect(Collectors.joining(", "));
      case CONTRACT -> "The contract " + route.contract();
      case FOLDER -> "Files";
      case RESPOND -> "An answer that is always the same";
      case COMPOSE -> "Put together from " + String.join(", ", route.compose().parts().keySet());
    };
  }

  private static String about(RouteConfig route, Map<String, UpstreamConfig> upstreams) {
    UpstreamConfig upstream = upstreams.get(route.upstream());
    String said = upstream == null ? "" : upstream.about().description();
    return said.isEmpty() ? "" : ": " + said;
  }

  private static String only(MatchConfig match) {
    return match.hosts().isEmpty() ? "" : ", at " + String.join(" and ", match.hosts()) + " only";
  }

  private static String shape(String path) {
    return PARAMETER.matcher(path).replaceAll("{}");
  }

  /** Unique, whatever the paths of a route are. */
  private String id(String wanted) {
    String id = wanted;
    for (int i = 2; !ids.add(id); i++) {
      id = wanted + ":" + i;
    }
    return id;
  }
}
