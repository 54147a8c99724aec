package dev.sluice.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.MayBeAbsent;
import dev.sluice.contract.Money;
import dev.sluice.contract.Request;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The schemas of an OpenAPI document: one a record, made when it is first mentioned. */
final class OpenApiSchemas {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String PROBLEM = "problem";

  private final Map<String, ObjectNode> made = new TreeMap<>();

  /** All that were mentioned, by name. */
  ObjectNode all() {
    ObjectNode all = JSON.objectNode();
    all.setAll(made);
    return all;
  }

  /** What {@code contract} is answered with: the R of its Request. */
  static Type answer(Class<?> contract) {
    for (Type type : contract.getGenericInterfaces()) {
      if (type instanceof ParameterizedType generic && generic.getRawType() == Request.class) {
        return generic.getActualTypeArguments()[0];
      }
    }
    throw new IllegalArgumentException(contract + " is not a Request");
  }

  /** A record as a request body, without the fields the path gives. */
  ObjectNode body(Class<?> type, List<String> given) {
    String name = name(type);
    if (made.put(name, JSON.objectNode()) == null) {
      made.put(name, fields(type, given).put("additionalProperties", false));
    }
    return reference(name);
  }

  /** The types contracts may have, and no others. */
  ObjectNode of(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      boolean map = generic.getRawType() == Map.class;
      ObjectNode schema = JSON.objectNode().put("type", map ? "object" : "array");
      schema.set(map ? "additionalProperties" : "items", of(arguments[arguments.length - 1]));
      return schema;
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return reference(record(plain));
    }
    if (plain.isEnum()) {
      ObjectNode schema = text(null);
      ArrayNode names = schema.putArray("enum");
      for (Object constant : plain.getEnumConstants()) {
        names.add(((Enum<?>) constant).name().toLowerCase(Locale.ROOT));
      }
      return schema;
    }
    return simple(plain);
  }

  /** RFC 9457, with what {@link Problems} adds. */
  ObjectNode problem() {
    ObjectNode schema = made.computeIfAbsent(PROBLEM, name -> JSON.objectNode());
    schema.put("type", "object").put("description", "RFC 9457");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    for (String name : List.of("type", "title", "status", "detail", "instance", "correlationId")) {
      properties.set(name, name.equals("status") ? simple(int.class) : text(null));
      required.add(name);
    }
    ObjectNode error = properties.putObject("errors").put("type", "array").putObject("items");
    ObjectNode parts = error.put("type", "object").putObject("properties");
    parts.set("field", text(null).put("description", "A path such as items[0].quantity."));
    parts.set("detail", text(null));
    error.putArray("required").add("field").add("detail");
    return reference(PROBLEM);
  }

  private String record(Class<?> type) {
    String name = name(type);
    if (!made.containsKey(name)) {
      made.put(name, JSON.objectNode()); // so that a record in itself ends
      made.put(name, type == Money.class ? money() : fields(type, List.of()));
    }
    return name;
  }

  private ObjectNode fields(Class<?> type, List<String> without) {
    ObjectNode schema = JSON.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = JSON.arrayNode();
    for (RecordComponent field : type.getRecordComponents()) {
      if (!without.contains(field.getName())) {
        properties.set(field.getName(), of(field.getGenericType()));
        if (!field.isAnnotationPresent(MayBeAbsent.class)) {
          required.add(field.getName());
        }
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required); // OpenAPI 3.0 has no empty one
    }
    return schema;
  }

  private static ObjectNode money() {
    ObjectNode schema = JSON.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    properties.set("amount", text(null).put("pattern", "^-?\\d{1,15}(\\.\\d{1,4})?$"));
    properties.set("currency", text(null).put("pattern", "^[A-Z]{3}$"));
    schema.putArray("required").add("amount").add("currency");
    schema.putObject("example").put("amount", "99.99").put("currency", "EUR");
    return schema;
  }

  private static ObjectNode simple(Class<?> type) {
    if (type == int.class || type == Integer.class) {
      return JSON.objectNode().put("type", "integer").put("format", "int32");
    }
    if (type == long.class || type == Long.class) {
      return JSON.objectNode().put("type", "integer").put("format", "int64");
    }
    if (type == boolean.class || type == Boolean.class) {
      return JSON.objectNode().put("type", "boolean");
    }
    Map<Class<?>, String> formats =
        Map.of(
            UUID.class,
            "uuid",
            Instant.class,
            "date-time",
            LocalDate.class,
            "date",
            Duration.class,
            "duration");
    if (formats.containsKey(type)) {
      return text(formats.get(type));
    }
    if (type == String.class) {
      return text(null);
    }
    throw new IllegalArgumentException("contracts have no fields of " + type);
  }

  private static ObjectNode text(String format) {
    ObjectNode schema = JSON.objectNode().put("type", "string");
    return format == null ? schema : schema.put("format", format);
  }

  private static ObjectNode reference(String name) {
    return JSON.objectNode().put("$ref", "#/components/schemas/" + name);
  }

  /** Contracts by the name they have everywhere, records in them likewise. */
  private static String name(Class<?> type) {
    String own = snake(type.getSimpleName());
    Class<?> sheet = type.getEnclosingClass();
    return sheet == null ? own : snake(sheet.getSimpleName()) + "." + own;
  }

  private static String snake(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }
}
