package dev.sluice.edge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.codec.ContractJson;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where a failure becomes HTTP: the status, and a body of {@code
 * application/problem+json} (RFC 9457).
 */
final class Problems {
  static final CharSequence PROBLEM_JSON = HttpHeaders.createOptimized("application/problem+json");

  private static final Duration SOON = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private Problems() {}

  /** The failure itself; anything else is our defect, which is logged and not shown. */
  static Failure known(Exchange exchange, Throwable cause) {
    if (cause instanceof Failure failure) {
      return failure;
    }
    LOG.atError()
        .addKeyValue("correlationId", exchange.correlationId)
        .setCause(cause)
        .log("{} {} failed", exchange.request.method(), exchange.endpoint.template());
    return Problem.INTERNAL.because("something went wrong here; the log has it");
  }

  static int status(Problem problem) {
    return switch (problem) {
      case INVALID -> 400;
      case UNAUTHENTICATED -> 401;
      case DENIED -> 403;
      case NOT_FOUND -> 404;
      case CONFLICT -> 409;
      case TOO_LARGE -> 413;
      case UNSUPPORTED -> 415;
      case UNPROCESSABLE -> 422;
      case LIMITED -> 429;
      case INTERNAL -> 500;
      case UNAVAILABLE -> 503;
      case TIMEOUT -> 504;
    };
  }

  static void write(Exchange exchange, Failure failure) {
    int status = status(failure.problem());
    if (status == 401) {
      exchange.response.putHeader("WWW-Authenticate", "Bearer realm=\"sluice\"");
    }
    write(exchange, status, failure);
  }

  /** For the cases HTTP knows and rooms do not, such as 405. */
  static void write(Exchange exchange, int status, Failure failure) {
    failure
        .retryAfter()
        .or(() -> status == 503 ? Optional.of(SOON) : Optional.empty())
        .ifPresent(
            wait ->
                exchange.response.putHeader(
                    HttpHeaders.RETRY_AFTER,
                    Long.toString(Math.max(1, (wait.toMillis() + 999) / 1000))));
    exchange.problem = true;
    exchange.answer(
        status,
        PROBLEM_JSON,
        body(status, failure, exchange.request.path(), exchange.correlationId));
  }

  static Buffer body(int status, Failure failure, String path, String correlationId) {
    String name = failure.problem().name().toLowerCase(Locale.ROOT).replace('_', '-');
    ObjectNode json = ContractJson.strict().createObjectNode();
    json.put("type", "urn:sluice:problem:" + (status == 405 ? "method-not-allowed" : name));
    json.put("title", title(status));
    json.put("status", status);
    json.put("detail", failure.detail());
    json.put("instance", path);
    json.put("correlationId", correlationId);
    if (!failure.fields().isEmpty()) {
      ArrayNode errors = json.putArray("errors");
      for (Failure.Field field : failure.fields()) {
        errors.addObject().put("field", field.field()).put("detail", field.detail());
      }
    }
    try {
      return Buffer.buffer(ContractJson.strict().writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of strings and numbers can be written", e);
    }
  }

  private static String title(int status) {
    return io.netty.handler.codec.http.HttpResponseStatus.valueOf(status).reasonPhrase();
  }
}
