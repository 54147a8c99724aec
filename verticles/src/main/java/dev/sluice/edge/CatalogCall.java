package dev.sluice.edge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.sluice.codec.ContractJson;
import dev.sluice.edge.catalog.Surroundings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.function.Supplier;

/** What is behind this node: made for each who asks, on a worker, because a table may be long. */
final class CatalogCall implements Destination {
  static final String PATH = "/api/v1/catalog";
  static final String ALIAS = "/api/catalog";
  static final String NEEDS = "read:catalog";

  private static final ObjectWriter WRITER = ContractJson.strict().writer();

  private final Vertx vertx;
  private final Surroundings surroundings;
  private final Supplier<RouteSnapshot> routes;

  CatalogCall(Vertx vertx, Surroundings surroundings, Supplier<RouteSnapshot> routes) {
    this.vertx = vertx;
    this.surroundings = surroundings;
    this.routes = routes;
  }

  @Override
  public void serve(Exchange exchange) {
    vertx
        .executeBlocking(this::json)
        .onSuccess(json -> exchange.answer(200, ContractCall.JSON, json))
        .onFailure(exchange::fail);
  }

  private Buffer json() throws JsonProcessingException {
    return Buffer.buffer(WRITER.writeValueAsBytes(surroundings.catalog(routes.get().config())));
  }
}
