package dev.sluice.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.codec.Envelope;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Routes;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.config.ConfigException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Routes and upstreams over REST. What is written here is kept by the routes room as one document,
 * version by version, and laid over every node's file; each change is checked together with all the
 * rest before it is stored, and one that does not fit is refused whole.
 */
final class RoutesAdmin {
  /** How often a change is made anew because somebody else was faster. */
  private static final int TRIES = 5;

  private final Vertx vertx;
  private final Bus bus;
  private final LiveRoutes routes;
  private final RoutesFollower follower;

  RoutesAdmin(Vertx vertx, Bus bus, LiveRoutes routes, RoutesFollower follower) {
    this.vertx = vertx;
    this.bus = bus;
    this.routes = routes;
    this.follower = follower;
  }

  Destination of(AdminOperation operation) {
    RouteDocument.Kind kind = operation.kind();
    return switch (operation) {
      case VALIDATE -> this::validate;
      case VERSIONS -> this::versions;
      case VERSION -> this::version;
      case RESTORE -> this::restore;
      case LIST_ROUTES, LIST_UPSTREAMS -> exchange -> list(exchange, kind);
      case GET_ROUTE, GET_UPSTREAM -> exchange -> one(exchange, kind);
      case PUT_ROUTE, PUT_UPSTREAM -> exchange -> write(exchange, kind, "put", RouteDocument::put);
      case PATCH_ROUTE, PATCH_UPSTREAM ->
          exchange -> write(exchange, kind, "patch", RouteDocument::merge);
      case DELETE_ROUTE, DELETE_UPSTREAM -> exchange -> delete(exchange, kind);
    };
  }

  private void list(Exchange exchange, RouteDocument.Kind kind) {
    String after = exchange.request.getParam("after", "");
    int limit = limit(exchange);
    stored()
        .compose(
            now ->
                vertx.executeBlocking(
                    () -> RouteDocument.of(routes.text(), now).page(kind, after, limit)))
        .onSuccess(page -> exchange.answer(200, ContractCall.JSON, page))
        .onFailure(exchange::fail);
  }

  private void one(Exchange exchange, RouteDocument.Kind kind) {
    String name = exchange.parameters.get(0);
    stored()
        .compose(now -> vertx.executeBlocking(() -> RouteDocument.of(routes.text(), now)))
        .onSuccess(document -> show(exchange, document, kind, name))
        .onFailure(exchange::fail);
  }

  private void write(
      Exchange exchange, RouteDocument.Kind kind, String verb, RouteDocument.Writing how) {
    String name = exchange.parameters.get(0);
    body(exchange)
        .compose(
            written ->
                change(
                    exchange,
                    verb + " " + kind.label() + " " + name,
                    document -> {
                      how.write(document, kind, name, written);
                      return document;
                    }))
        .onSuccess(document -> show(exchange, document, kind, name))
        .onFailure(exchange::fail);
  }

  private void delete(Exchange exchange, RouteDocument.Kind kind) {
    String name = exchange.parameters.get(0);
    change(
            exchange,
            "delete " + kind.label() + " " + name,
            document -> {
              document.remove(kind, name);
              return document;
            })
        .onSuccess(document -> exchange.answer(204))
        .onFailure(exchange::fail);
  }

  /** Says whether a whole table, or a part of one, would be taken. */
  private void validate(Exchange exchange) {
    body(exchange)
        .compose(written -> vertx.executeBlocking(() -> routes.check(written.toString())))
        .onSuccess(
            config ->
                exchange.answer(
                    200,
                    ContractCall.JSON,
                    Buffer.buffer(
                        RouteDocument.object()
                            .put("valid", true)
                            .put("routes", config.routes().size())
                            .put("upstreams", config.upstreams().size())
                            .toString())))
        .onFailure(failure -> exchange.fail(refusal(failure)));
  }

  private void versions(Exchange exchange) {
    bus.request(
            new Routes.Versions(limit(exchange), exchange.request.getParam("cursor")),
            envelope(exchange))
        .onSuccess(page -> exchange.answer(200, ContractCall.JSON, RouteDocument.json(page)))
        .onFailure(exchange::fail);
  }

  private void version(Exchange exchange) {
    bus.request(new Routes.Version(number(exchange)), envelope(exchange))
        .onSuccess(
            stored -> exchange.answer(200, ContractCall.JSON, RouteDocument.describe(stored)))
        .onFailure(exchange::fail);
  }

  private void restore(Exchange exchange) {
    long version = number(exchange);
    bus.request(new Routes.Version(version), envelope(exchange))
        .compose(
            old ->
                change(
                    exchange,
                    "restore version " + version,
                    document -> document.replacedBy(old.document())))
        .onSuccess(
            document ->
                exchange.answer(
                    200,
                    ContractCall.JSON,
                    Buffer.buffer("{\"version\":" + document.version() + "}")))
        .onFailure(exchange::fail);
  }

  private static void show(
      Exchange exchange, RouteDocument document, RouteDocument.Kind kind, String name) {
    JsonNode found = document.describe(kind, name);
    if (found == null) {
      exchange.fail(Problem.NOT_FOUND.because("there is no " + kind.label() + " '" + name + "'"));
      return;
    }
    exchange.response.putHeader(HttpHeaders.ETAG, "\"" + document.version() + "\"");
    exchange.answer(200, ContractCall.JSON, Buffer.buffer(found.toString()));
  }

  /** Makes a change on the newest version, again if somebody else was faster. */
  private Future<RouteDocument> change(
      Exchange exchange, String comment, UnaryOperator<RouteDocument> step) {
    return change(exchange, comment, step, TRIES);
  }

  private Future<RouteDocument> change(
      Exchange exchange, String comment, UnaryOperator<RouteDocument> step, int tries) {
    return stored()
        .compose(now -> vertx.executeBlocking(() -> changed(now, step)))
        .compose(
            next ->
                bus.request(
                        new Routes.Store(next.managed(), next.version(), comment),
                        envelope(exchange))
                    .map(stored -> next.at(stored.version())))
        .compose(next -> follower.take(next.version(), next.managed()).compose(o -> used(o, next)))
        .recover(
            failure ->
                isConflict(failure) && tries > 1
                    ? change(exchange, comment, step, tries - 1)
                    : Future.failedFuture(refusal(failure)));
  }

  private static Future<RouteDocument> used(LiveRoutes.Outcome outcome, RouteDocument next) {
    return outcome == LiveRoutes.Outcome.REFUSED
        ? Future.failedFuture(
            Problem.INTERNAL.because(
                "version "
                    + next.version()
                    + " is stored, but cannot be used here; the log has why; restore another one"))
        : Future.succeededFuture(next);
  }

  private RouteDocument changed(Routes.Stored now, UnaryOperator<RouteDocument> step) {
    RouteDocument next = step.apply(RouteDocument.of(routes.text(), now));
    Object checked = routes.check(next.managed());
    assert checked != null;
    return next;
  }

  private Future<Routes.Stored> stored() {
    return bus.request(new Routes.Current(null));
  }

  private Envelope envelope(Exchange exchange) {
    return new Envelope(
        exchange.caller(), bus.deadline(), exchange.correlationId, exchange.traceparent, null);
  }

  private static Future<ObjectNode> body(Exchange exchange) {
    return exchange.hasBody
        ? exchange.worker.bodies().read(exchange).map(RouteDocument::parse)
        : Future.failedFuture(Problem.INVALID.because("a body of JSON is needed"));
  }

  private static boolean isConflict(Throwable failure) {
    return failure instanceof Failure known && known.problem() == Problem.CONFLICT;
  }

  private static Throwable refusal(Throwable failure) {
    if (!(failure instanceof ConfigException wrong)) {
      return failure;
    }
    List<Failure.Field> fields =
        wrong.mistakes().stream()
            .map(mistake -> new Failure.Field(mistake.key(), mistake.problem()))
            .toList();
    return new Failure(
        Problem.INVALID, "nothing was changed: " + wrong.mistakes().get(0), fields, null);
  }

  private static int limit(Exchange exchange) {
    String limit = exchange.request.getParam("limit", "100");
    if (!limit.matches("[1-9]\\d{0,2}|1000")) {
      throw Problem.INVALID.because("'limit' must be from 1 to 1000");
    }
    return Integer.parseInt(limit);
  }

  private static long number(Exchange exchange) {
    String version = exchange.parameters.get(0);
    if (!version.matches("\\d{1,15}")) {
      throw Problem.NOT_FOUND.because("there is no version '" + version + "'");
    }
    return Long.parseLong(version);
  }
}
