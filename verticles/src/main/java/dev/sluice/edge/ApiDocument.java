package dev.sluice.edge;

import dev.sluice.edge.docs.DocsFile;
import dev.sluice.edge.route.RoutesConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * /openapi.json: the contracts, and the routes in force. Made once for each snapshot of the routes,
 * on a worker, when somebody asks for it first; so a table that changes often and is not read costs
 * nothing.
 */
final class ApiDocument implements Destination {
  private final Vertx vertx;
  private final Supplier<RouteSnapshot> routes;
  private final AtomicReference<Made> made = new AtomicReference<>();

  /** A document, and what it is the document of. */
  private record Made(RouteSnapshot of, Future<DocsFile> document) {}

  /**
   * @param routes those in force now
   */
  ApiDocument(Vertx vertx, Supplier<RouteSnapshot> routes) {
    this.vertx = vertx;
    this.routes = routes;
  }

  @Override
  public void serve(Exchange exchange) {
    Loop.here(current())
        .onFailure(exchange::fail)
        .onSuccess(document -> DocsCall.send(exchange, document));
  }

  @SuppressWarnings(
      "ReferenceEquality") // each snapshot is another one; to compare ten thousand routes is not
  // cheap
  private Future<DocsFile> current() {
    RouteSnapshot now = routes.get();
    Made last = made.get();
    if (last != null && last.of() == now) {
      return last.document();
    }
    Promise<DocsFile> making = Promise.promise();
    Made next = new Made(now, making.future());
    if (!made.compareAndSet(last, next)) {
      return made.get().document(); // another event loop was faster
    }
    vertx.executeBlocking(() -> render(now.config())).onComplete(making);
    return making.future();
  }

  private static DocsFile render(RoutesConfig config) {
    String json = OpenApi.document(Endpoints.ROUTES, config).toString();
    return DocsFile.of(
        ContractCall.JSON.toString(), "no-store", json.getBytes(StandardCharsets.UTF_8));
  }
}
