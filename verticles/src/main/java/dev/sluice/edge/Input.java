package dev.sluice.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.codec.ContractJson;
import dev.sluice.contract.Contract;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Request;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Makes a contract out of a request: path parameters, then the query or the body, all by the names
 * of the record's fields. What the record does not have is refused, so a typing error is not taken
 * for a default.
 */
final class Input {
  private static final ObjectMapper MAPPER = ContractJson.strict();

  /** The mapper would take a UUID in base64 too. */
  private static final int UUID_LENGTH = 36;

  private final Endpoints.Route route;
  private final ObjectReader reader;
  private final Map<String, Class<?>> fields = new HashMap<>();

  Input(Endpoints.Route route) {
    this.route = route;
    this.reader = MAPPER.readerFor(route.contract());
    for (RecordComponent field : route.contract().getRecordComponents()) {
      fields.put(field.getName(), field.getType());
    }
    for (String parameter : route.parameters()) {
      if (!fields.containsKey(parameter)) {
        throw new IllegalArgumentException(
            route.contract() + " has no field for {" + parameter + "} of " + route.template());
      }
    }
  }

  /**
   * @param body null or empty where there is none
   * @throws Failure INVALID, naming the field
   */
  Request<Contract> read(Exchange exchange, Buffer body) {
    try {
      boolean some = body != null && body.length() > 0;
      if (some && route.parameters().isEmpty()) {
        // The common case, straight from the bytes.
        refuseQuery(exchange);
        Object built = reader.readValue(body.getBytes());
        if (built == null) {
          throw Problem.INVALID.because("The body must be an object");
        }
        return ContractCall.asRequest(built);
      }
      ObjectNode fields = some ? object(body) : MAPPER.createObjectNode();
      addParameters(fields, exchange.parameters);
      if (route.takesBody()) {
        refuseQuery(exchange);
      } else {
        addQuery(fields, exchange);
      }
      return ContractCall.asRequest(reader.readValue(fields));
    } catch (IOException e) {
      throw ContractJson.failure(e);
    }
  }

  private static ObjectNode object(Buffer body) throws IOException {
    JsonNode tree = MAPPER.readTree(body.getBytes());
    if (tree instanceof ObjectNode object) {
      return object;
    }
    throw Problem.INVALID.because("The body must be an object");
  }

  private void addParameters(ObjectNode node, List<String> values) {
    for (int i = 0; i < values.size(); i++) {
      String name = route.parameters().get(i);
      if (node.has(name)) {
        throw Problem.field(name, "is given by the path and must not be in the body");
      }
      add(node, name, decoded(name, values.get(i)));
    }
  }

  private void addQuery(ObjectNode node, Exchange exchange) {
    for (Map.Entry<String, String> entry : query(exchange)) {
      String name = entry.getKey();
      if (!fields.containsKey(name) || route.parameters().contains(name)) {
        List<String> known =
            fields.keySet().stream().filter(f -> !route.parameters().contains(f)).sorted().toList();
        throw Problem.field(name, "is not a query parameter here; known are " + known);
      }
      if (node.has(name)) {
        throw Problem.field(name, "must be given once");
      }
      add(node, name, entry.getValue());
    }
  }

  private static MultiMap query(Exchange exchange) {
    try {
      return exchange.request.params();
    } catch (IllegalArgumentException e) {
      throw Problem.INVALID.because("The query has a broken % encoding");
    }
  }

  private static void refuseQuery(Exchange exchange) {
    String query = exchange.request.query();
    if (query != null && !query.isEmpty()) {
      for (Map.Entry<String, String> entry : query(exchange)) {
        throw Problem.field(entry.getKey(), "is not a query parameter here; none is known");
      }
    }
  }

  /**
   * Query and path are text; numbers and booleans are made of it here, the mapper does the rest.
   */
  private void add(ObjectNode node, String name, String value) {
    Class<?> type = fields.get(name);
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      try {
        node.put(name, Long.parseLong(value));
      } catch (NumberFormatException e) {
        throw Problem.field(name, "must be a whole number");
      }
    } else if (type == boolean.class || type == Boolean.class) {
      if (!value.equals("true") && !value.equals("false")) {
        throw Problem.field(name, "must be true or false");
      }
      node.put(name, value.equals("true"));
    } else if (type == UUID.class && value.length() != UUID_LENGTH) {
      throw Problem.field(name, "must be a UUID such as 0190f3c2-7c1a-7000-8000-000000000000");
    } else {
      node.put(name, value);
    }
  }

  private static String decoded(String name, String raw) {
    if (raw.indexOf('%') < 0) {
      return raw;
    }
    try {
      return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Problem.field(name, "has a broken % encoding");
    }
  }
}
