package dev.sluice.edge;

import dev.sluice.codec.Names;
import dev.sluice.contract.Contract;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Requires;
import dev.sluice.edge.route.RouteTree;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.bus.Permission;
import dev.sluice.platform.health.Health;
import dev.sluice.platform.health.HealthStatus;
import dev.sluice.platform.health.Readiness;
import dev.sluice.platform.metrics.HttpMeters;
import dev.sluice.platform.time.Time;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The chain and the route table of one event loop; every request of that loop comes here. */
final class Gateway {
  private static final String OPEN_API = "/openapi.json";
  private static final String OTHER_BUCKET = "route:other";

  private final Step[] chain;
  private final Time time;
  private final RouteTree<Endpoint> routes;
  private final Bodies bodies;
  private final Addresses addresses;
  private final Map<HttpMethod, HttpMeters.Route> unmatched = new HashMap<>();
  private final HttpMeters.Route unmatchedOther;

  Gateway(
      Step[] chain,
      Time time,
      RouteTree<Endpoint> routes,
      Bodies bodies,
      Addresses addresses,
      HttpMeters meters) {
    this.chain = chain;
    this.time = time;
    this.routes = routes;
    this.bodies = bodies;
    this.addresses = addresses;
    this.unmatchedOther = meters.noRoute("OTHER");
    for (HttpMethod method : HttpMethod.values()) {
      unmatched.put(method, meters.noRoute(method.name()));
    }
  }

  /** Steps that let only those through who may; the last before the destination. */
  static Step authorize() {
    return exchange -> {
      Failure refused = Permission.refused(exchange.caller(), exchange.endpoint.requires());
      if (refused != null) {
        exchange.fail(refused);
      }
      return refused == null;
    };
  }

  static RouteTree<Endpoint> routes(
      Bus bus, Bodies bodies, Limits limits, Health health, HttpMeters meters) {
    RouteTree.Builder<Endpoint> table = new RouteTree.Builder<>();
    for (int i = 0; i < Endpoints.ROUTES.size(); i++) {
      Endpoints.Route route = Endpoints.ROUTES.get(i);
      Endpoint endpoint =
          new Endpoint(
              i,
              "route:" + Names.of(route.contract()),
              route.template(),
              requires(route.contract()),
              true,
              new ContractCall(bus, route, bodies, limits),
              meters.route(route.method().name(), route.template()));
      table.add(route.method(), route.template(), endpoint);
      route.aliases().forEach(alias -> table.add(route.method(), alias, endpoint));
    }
    probe(table, meters, () -> live(health), "/health/live", "/health");
    probe(table, meters, () -> health.ready().withoutDetails(), "/health/ready", "/ready");
    Buffer openApi = Buffer.buffer(OpenApi.document(Endpoints.ROUTES).toString());
    open(table, meters, OPEN_API, exchange -> exchange.answer(200, ContractCall.JSON, openApi));
    return table.build();
  }

  void handle(HttpServerRequest request) {
    HttpMethod method =
        request.method().equals(HttpMethod.HEAD) ? HttpMethod.GET : request.method();
    String path = request.path() == null ? "" : request.path();
    RouteTree.Found<Endpoint> found = routes.find(method, path);
    Endpoint endpoint = found != null ? found.target() : otherwise(method, path);
    List<String> parameters = found != null ? found.parameters() : List.of();
    new Exchange(request, endpoint, parameters, chain, bodies, addresses, time.nanos()).proceed();
  }

  private Endpoint otherwise(HttpMethod method, String path) {
    Set<String> methods = routes.methods(path);
    if (methods.isEmpty()) {
      return unmatched(
          method,
          x -> x.fail(Problem.NOT_FOUND.because("there is nothing at " + x.request.path())));
    }
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    methods.add("OPTIONS");
    String allow = String.join(", ", methods);
    Destination answer =
        exchange -> {
          exchange.response.putHeader(HttpHeaders.ALLOW, allow);
          if (method.equals(HttpMethod.OPTIONS)) {
            exchange.answer(204);
          } else {
            Problems.write(
                exchange,
                405,
                Problem.INVALID.because(method + " is not known here; " + allow + " are"));
          }
        };
    return unmatched(method, answer);
  }

  private Endpoint unmatched(HttpMethod method, Destination answer) {
    HttpMeters.Route meter = unmatched.getOrDefault(method, unmatchedOther);
    return new Endpoint(
        Endpoints.OTHER, OTHER_BUCKET, HttpMeters.NO_ROUTE, Requires.ANYONE, true, answer, meter);
  }

  private static String requires(Class<? extends Contract> contract) {
    return contract.getAnnotation(Requires.class).value();
  }

  private static Readiness live(Health health) {
    return new Readiness(health.live() ? HealthStatus.HEALTHY : HealthStatus.UNHEALTHY, List.of());
  }

  private static void probe(
      RouteTree.Builder<Endpoint> table,
      HttpMeters meters,
      Supplier<Readiness> state,
      String... paths) {
    for (String path : paths) {
      Destination answer =
          exchange -> {
            Readiness now = state.get();
            Buffer json = Buffer.buffer(now.toJson().encode());
            exchange.answer(now.httpStatus(), ContractCall.JSON, json);
          };
      open(table, meters, path, answer);
    }
  }

  /** What is there for everybody, is cheap, and is not limited. */
  private static void open(
      RouteTree.Builder<Endpoint> table, HttpMeters meters, String path, Destination answer) {
    table.add(
        HttpMethod.GET,
        path,
        new Endpoint(
            Endpoints.OTHER,
            OTHER_BUCKET,
            path,
            Requires.ANYONE,
            false,
            answer,
            meters.route("GET", path)));
  }
}
