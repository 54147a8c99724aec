package dev.sluice.edge;

import dev.sluice.codec.Names;
import dev.sluice.contract.Contract;
import dev.sluice.contract.Requires;
import dev.sluice.edge.route.RouteTree;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.health.Health;
import dev.sluice.platform.health.HealthStatus;
import dev.sluice.platform.health.Readiness;
import dev.sluice.platform.metrics.HttpMeters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** What the edge offers of its own: the rooms' contracts, and what tells about the node. */
final class ApiTable {
  private static final String OTHER_BUCKET = "route:other";

  private final RouteTree<Endpoint> routes;
  private final RouteMeters unmatched;

  ApiTable(
      Bus bus, Health health, HttpMeters meters, RoutesAdmin admin, List<OwnPages.Page> pages) {
    RouteTree.Builder<Endpoint> table = new RouteTree.Builder<>();
    for (int i = 0; i < Endpoints.ROUTES.size(); i++) {
      Endpoints.Route route = Endpoints.ROUTES.get(i);
      Endpoint endpoint =
          Endpoint.ofApi(
              i,
              "route:" + Names.of(route.contract()),
              route.template(),
              requires(route.contract()),
              true,
              new ContractCall(bus, route),
              new RouteMeters(meters, route.template()));
      table.add(route.method(), route.template(), endpoint);
      route.aliases().forEach(alias -> table.add(route.method(), alias, endpoint));
    }
    for (AdminOperation operation : AdminOperation.values()) {
      table.add(
          operation.method(),
          operation.template(),
          Endpoint.ofApi(
              Endpoints.OTHER,
              OTHER_BUCKET,
              operation.template(),
              operation.requires(),
              true,
              admin.of(operation),
              new RouteMeters(meters, operation.template())));
    }
    probe(table, meters, () -> live(health), "/health/live", "/health");
    probe(table, meters, () -> health.ready().withoutDetails(), "/health/ready", "/ready");
    pages.forEach(page -> add(table, meters, page));
    this.routes = table.build();
    this.unmatched = new RouteMeters(meters, HttpMeters.NO_ROUTE);
  }

  /** Null if there is none. */
  RouteTree.Found<Endpoint> find(HttpMethod method, String path) {
    return routes.find(method.equals(HttpMethod.HEAD) ? HttpMethod.GET : method, path);
  }

  Set<String> methods(String path) {
    return routes.methods(path);
  }

  /** For a request no route is for. */
  Endpoint unmatched(Destination answer) {
    return Endpoint.ofApi(
        Endpoints.OTHER,
        OTHER_BUCKET,
        HttpMeters.NO_ROUTE,
        Requires.ANYONE,
        true,
        answer,
        unmatched);
  }

  static String requires(Class<? extends Contract> contract) {
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
      // For everybody, cheap, and not limited.
      add(table, meters, new OwnPages.Page(path, Requires.ANYONE, false, answer));
    }
  }

  private static void add(
      RouteTree.Builder<Endpoint> table, HttpMeters meters, OwnPages.Page page) {
    table.add(
        HttpMethod.GET,
        page.path(),
        Endpoint.ofApi(
            Endpoints.OTHER,
            OTHER_BUCKET,
            page.path(),
            page.requires(),
            page.limited(),
            page.destination(),
            new RouteMeters(meters, page.path())));
  }
}
