package dev.sluice.edge;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.edge.route.RequestPath;
import dev.sluice.edge.route.RouteTable;
import dev.sluice.edge.route.RouteTree;
import dev.sluice.platform.bus.Permission;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Finds out what a request is for; every request of one event loop comes here. Routes of the table
 * that name a host come first, then the API, then the routes for any host: so that a route for
 * everything cannot hide the API, and a route for a host can have any path.
 */
final class Gateway {
  private final Worker worker;
  private final ApiTable api;
  private final Supplier<RouteSnapshot> routes;

  /**
   * @param routes those in force now; an exchange keeps to the ones it began with
   */
  Gateway(Worker worker, ApiTable api, Supplier<RouteSnapshot> routes) {
    this.worker = worker;
    this.api = api;
    this.routes = routes;
  }

  /** Steps that let only those through who may; the last before the destination. */
  static Step authorize() {
    return exchange -> {
      List<String> requires = exchange.endpoint.requires();
      for (int i = 0; i < requires.size(); i++) {
        Failure refused = Permission.refused(exchange.caller(), requires.get(i));
        if (refused != null) {
          exchange.fail(refused);
          return false;
        }
      }
      return true;
    };
  }

  void handle(HttpServerRequest request) {
    HttpMethod method = request.method();
    String path = request.path() == null ? null : RequestPath.clean(request.path());
    if (path == null) {
      begin(request, "", refusing());
      return;
    }
    RouteSnapshot now = routes.get();
    String host = null;
    if (!now.isEmpty()) {
      host = host(request);
      RouteTable.Found<Endpoint> found =
          now.ofHosts().find(method, host, path, request.headers(), request.query());
      if (found != null) {
        begin(request, path, found);
        return;
      }
      if (now.ofHosts().isAmbiguous(method, host, path, request.headers(), request.query())) {
        begin(request, path, nothing());
        return;
      }
    }
    RouteTree.Found<Endpoint> ours = api.find(method, path);
    if (ours != null) {
      begin(request, path, ours.target(), ours.parameters(), null);
      return;
    }
    RouteTable.Found<Endpoint> found =
        now.isEmpty()
            ? null
            : now.ofAnyHost().find(method, host, path, request.headers(), request.query());
    if (found != null) {
      begin(request, path, found);
    } else {
      begin(request, path, otherwise(now, method, host, path));
    }
  }

  private void begin(HttpServerRequest request, String path, RouteTable.Found<Endpoint> found) {
    begin(request, path, found.target(), found.parameters(), found.rest());
  }

  private void begin(HttpServerRequest request, String path, Endpoint endpoint) {
    begin(request, path, endpoint, List.of(), null);
  }

  private void begin(
      HttpServerRequest request,
      String path,
      Endpoint endpoint,
      List<String> parameters,
      String rest) {
    new Exchange(request, endpoint, path, parameters, rest, worker).proceed();
  }

  private static String host(HttpServerRequest request) {
    String host = request.getHeader(HttpHeaders.HOST);
    return host != null || request.authority() == null ? host : request.authority().host();
  }

  private Endpoint refusing() {
    return api.unmatched(
        exchange ->
            exchange.fail(
                Problem.INVALID.because(
                    "the path has segments '.' or '..', or characters that must be encoded")));
  }

  private Endpoint nothing() {
    return api.unmatched(
        x -> x.fail(Problem.NOT_FOUND.because("there is nothing at " + x.request.path())));
  }

  private Endpoint otherwise(RouteSnapshot now, HttpMethod method, String host, String path) {
    Set<String> methods = api.methods(path);
    methods.addAll(now.ofHosts().methods(host, path));
    methods.addAll(now.ofAnyHost().methods(host, path));
    if (methods.isEmpty()) {
      return nothing();
    }
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    methods.add("OPTIONS");
    String allow = String.join(", ", methods);
    return api.unmatched(
        exchange -> {
          exchange.response.putHeader(HttpHeaders.ALLOW, allow);
          if (method.equals(HttpMethod.OPTIONS)) {
            exchange.answer(204);
          } else {
            exchange.fail(
                405, Problem.INVALID.because(method + " is not known here; " + allow + " are"));
          }
        });
  }
}
