package dev.sluice.edge;

import io.vertx.core.http.HttpMethod;
import java.util.Arrays;
import java.util.List;

/** What the admin API of the routes offers: where it is, for whom, and what documents say of it. */
enum AdminOperation {
  VALIDATE(
      "POST",
      "routes/validate",
      "Checks routes and upstreams together with those in force, and changes nothing."),
  VERSIONS("GET", "routes/versions", "The versions, the newest first.", "cursor"),
  VERSION("GET", "routes/versions/{version}", "A version, whole."),
  RESTORE(
      "POST",
      "routes/versions/{version}/restore",
      "Stores the document of an old version as the newest."),
  LIST_ROUTES("GET", "routes", "The routes, by name, as they are written.", "after"),
  GET_ROUTE("GET", "routes/{name}", "A route as it is written, and where."),
  PUT_ROUTE("PUT", "routes/{name}", "Writes a route, over one of routes.yaml if it has one."),
  PATCH_ROUTE("PATCH", "routes/{name}", "Changes keys of a route (RFC 7396)."),
  DELETE_ROUTE("DELETE", "routes/{name}", "Takes away what was written here."),
  LIST_UPSTREAMS("GET", "upstreams", "The upstreams, by name, as they are written.", "after"),
  GET_UPSTREAM("GET", "upstreams/{name}", "An upstream as it is written, and where."),
  PUT_UPSTREAM(
      "PUT", "upstreams/{name}", "Writes an upstream, over one of routes.yaml if it has one."),
  PATCH_UPSTREAM("PATCH", "upstreams/{name}", "Changes keys of an upstream (RFC 7396)."),
  DELETE_UPSTREAM("DELETE", "upstreams/{name}", "Takes away what was written here.");

  private final String method;
  private final String path;
  private final String does;
  private final String cursor; // the name of the query parameter that says where to go on

  AdminOperation(String method, String path, String does) {
    this(method, path, does, "");
  }

  AdminOperation(String method, String path, String does, String cursor) {
    this.method = method;
    this.path = path;
    this.does = does;
    this.cursor = cursor;
  }

  HttpMethod method() {
    return HttpMethod.valueOf(method);
  }

  String template() {
    return "/api/v1/admin/" + path;
  }

  /** The permission it needs. */
  String requires() {
    return method.equals("GET") || this == VALIDATE ? "read:routes" : "write:routes";
  }

  /** A sentence. */
  String does() {
    return does;
  }

  List<String> query() {
    return cursor.isEmpty() ? List.of() : List.of("limit", cursor);
  }

  /** What stands in the path in braces. */
  List<String> parameters() {
    return Arrays.stream(path.split("/", -1))
        .filter(segment -> segment.startsWith("{"))
        .map(segment -> segment.substring(1, segment.length() - 1))
        .toList();
  }

  boolean takesBody() {
    return this == VALIDATE || method.equals("PUT") || method.equals("PATCH");
  }

  /** Whether it is of the upstreams. */
  RouteDocument.Kind kind() {
    return path.startsWith("upstreams") ? RouteDocument.Kind.UPSTREAMS : RouteDocument.Kind.ROUTES;
  }
}
