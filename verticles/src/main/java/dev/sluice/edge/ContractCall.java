package dev.sluice.edge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.sluice.codec.ContractJson;
import dev.sluice.codec.Envelope;
import dev.sluice.contract.Contract;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Request;
import dev.sluice.platform.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

/** The destination of a route that is a contract: builds it, asks it on the bus, answers. */
final class ContractCall implements Destination {
  static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence IDEMPOTENCY_KEY =
      HttpHeaders.createOptimized("Idempotency-Key");
  private static final ObjectWriter WRITER = ContractJson.strict().writer();

  private final Bus bus;
  private final Endpoints.Route route;
  private final Input input;

  ContractCall(Bus bus, Endpoints.Route route) {
    this.bus = bus;
    this.route = route;
    this.input = new Input(route);
  }

  @Override
  public void serve(Exchange exchange) {
    Future<Buffer> body =
        route.takesBody() && exchange.hasBody
            ? exchange.worker.bodies().read(exchange)
            : Future.succeededFuture();
    body.compose(bytes -> ask(exchange, input.read(exchange, bytes)))
        .onSuccess(answer -> answer(exchange, answer))
        .onFailure(exchange::fail);
  }

  private Future<Contract> ask(Exchange exchange, Request<Contract> request) {
    String idempotencyKey = idempotencyKey(exchange);
    return exchange
        .worker
        .limits()
        .byAccount(exchange, request)
        .compose(
            allowed ->
                bus.request(
                    request,
                    new Envelope(
                        exchange.caller(),
                        bus.deadline(),
                        exchange.correlationId,
                        exchange.traceparent,
                        idempotencyKey)));
  }

  private void answer(Exchange exchange, Contract answer) {
    if (route.status() == 204) {
      exchange.answer(204);
      return;
    }
    try {
      Buffer json = Buffer.buffer(WRITER.writeValueAsBytes(answer));
      if (route.location() != null) {
        exchange.response.putHeader(HttpHeaders.LOCATION, route.location().apply(answer));
      }
      String cursor = route.nextCursor() == null ? null : route.nextCursor().apply(answer);
      if (cursor != null) {
        exchange.response.putHeader("Link", "<" + nextPage(exchange, cursor) + ">; rel=\"next\"");
      }
      exchange.answeredRows = route.rows() == null ? 0 : route.rows().applyAsInt(answer);
      exchange.answer(route.status(), JSON, json);
    } catch (JsonProcessingException | RuntimeException e) {
      exchange.fail(e); // else nobody would answer
    }
  }

  private static String nextPage(Exchange exchange, String cursor) {
    StringBuilder link = new StringBuilder(exchange.request.path());
    char separator = '?';
    for (var entry : exchange.request.params()) {
      if (!entry.getKey().equals("cursor")) {
        link.append(separator).append(encode(entry.getKey())).append('=');
        link.append(encode(entry.getValue()));
        separator = '&';
      }
    }
    return link.append(separator).append("cursor=").append(encode(cursor)).toString();
  }

  private static String encode(String text) {
    return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
  }

  /** A string item as the IETF draft has it, or the bare token most clients send. */
  private static String idempotencyKey(Exchange exchange) {
    String given = exchange.request.getHeader(IDEMPOTENCY_KEY);
    if (given == null) {
      return null;
    }
    String key = given.trim();
    if (key.length() >= 2 && key.startsWith("\"") && key.endsWith("\"")) {
      key = key.substring(1, key.length() - 1);
    }
    if (key.isEmpty()
        || key.length() > 255
        || !key.chars().allMatch(c -> c > 32 && c < 127 && c != '"')) {
      throw new Failure(
          Problem.INVALID,
          "'Idempotency-Key' must have 1 to 255 visible ASCII characters, best a UUID",
          java.util.List.of(
              new Failure.Field("Idempotency-Key", "must have 1 to 255 visible ASCII characters")),
          null);
    }
    return key;
  }

  /** Kept here so that the compiler sees that what is built can be asked. */
  @SuppressWarnings("unchecked")
  static Request<Contract> asRequest(Object built) {
    return (Request<Contract>) built;
  }
}
