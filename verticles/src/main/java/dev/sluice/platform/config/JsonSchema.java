package dev.sluice.platform.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Renders the shape of a {@link Document} as a JSON Schema (draft 2020-12), for editors: names,
 * types, limits, defaults and what each key does. It knows each key alone; what depends on several
 * is only found when the document is read.
 */
public final class JsonSchema {
  private static final String DURATION = "^\\d{1,15}(ms|s|m|h|d)$";
  private static final String SIZE = "^\\d{1,15}([Bb]|[KkMmGg][Bb])?$";

  private final Map<String, Object> definitions = new LinkedHashMap<>();
  private final Map<String, Class<?>> types = new LinkedHashMap<>();

  private JsonSchema() {}

  /** The schema as nested Maps and Lists, ready for any writer of JSON; the same each time. */
  public static Map<String, Object> of(Class<? extends Record> type, String id, String title) {
    JsonSchema schema = new JsonSchema();
    Map<String, Object> top = new LinkedHashMap<>();
    top.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    top.put("$id", id);
    top.put("title", title);
    top.putAll(schema.members(ShapeReader.read(type)));
    top.put("$defs", schema.definitions);
    return top;
  }

  private Map<String, Object> members(Shape.Group group) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Shape.Member member : group.members()) {
      Map<String, Object> property = new LinkedHashMap<>();
      property.put("description", member.setting().doc());
      property.putAll(schema(member.shape()));
      properties.put(member.name(), property);
    }
    Map<String, Object> schema = object();
    schema.put("properties", properties);
    schema.put("additionalProperties", false);
    return schema;
  }

  // An empty value is the default, so null is right everywhere.
  private static Map<String, Object> object() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", List.of("object", "null"));
    return schema;
  }

  private Map<String, Object> schema(Shape shape) {
    if (shape instanceof Shape.Group group) {
      return Map.of("$ref", "#/$defs/" + define(group));
    }
    if (shape instanceof Shape.Keyed keyed) {
      Map<String, Object> schema = object();
      schema.put("propertyNames", Map.of("pattern", "^" + keyed.setting().keys().pattern() + "$"));
      schema.put("additionalProperties", schema(keyed.value()));
      return schema;
    }
    if (shape instanceof Shape.Listed listed) {
      Map<String, Object> schema = new LinkedHashMap<>();
      schema.put("type", List.of("array", "null"));
      schema.put("items", schema(listed.item()));
      schema.put("minItems", listed.least());
      schema.put("maxItems", listed.most());
      return schema;
    }
    return shape instanceof Scalar scalar ? scalar(scalar) : object();
  }

  private String define(Shape.Group group) {
    String name = group.type().getSimpleName();
    Class<?> before = types.putIfAbsent(name, group.type());
    if (before == null) {
      definitions.put(name, Map.of()); // keeps its place before those below it
      definitions.put(name, members(group));
    } else if (before != group.type()) {
      throw new IllegalStateException(before + " and " + group.type() + " have the same name");
    }
    return name;
  }

  private static Map<String, Object> scalar(Scalar scalar) {
    Map<String, Object> schema = new LinkedHashMap<>();
    switch (scalar.kind()) {
      case INT, LONG -> {
        schema.put("type", List.of("integer", "null"));
        putRange(schema, scalar, "minimum", "maximum");
      }
      case SIZE -> {
        schema.put("type", List.of("integer", "string", "null"));
        schema.put("pattern", SIZE);
        putRange(schema, scalar, "minimum", "maximum");
      }
      case DURATION -> {
        schema.put("type", List.of("string", "null"));
        schema.put("pattern", DURATION);
      }
      case BOOLEAN -> schema.put("type", List.of("boolean", "null"));
      case CHOICE -> putOptions(schema, scalar);
      case TEXT -> putText(schema, scalar);
      case TEXTS -> {
        Map<String, Object> items = new LinkedHashMap<>();
        putOptions(items, scalar);
        schema.put("type", List.of("array", "string", "integer", "null"));
        schema.put("items", items);
        putRange(schema, scalar, "minItems", "maxItems");
      }
    }
    if (!scalar.preset().isEmpty()) {
      schema.put("default", preset(scalar));
    }
    return schema;
  }

  private static void putText(Map<String, Object> schema, Scalar scalar) {
    putOptions(schema, scalar);
    if (scalar.options().isEmpty()) {
      if (!scalar.preset().isEmpty() && scalar.setting().min() > 0) {
        schema.put("minLength", scalar.setting().min());
      }
      if (scalar.setting().max() != Long.MAX_VALUE) {
        schema.put("maxLength", scalar.setting().max());
      }
    }
  }

  /** A text may look like a number or a boolean. */
  private static void putOptions(Map<String, Object> schema, Scalar scalar) {
    if (scalar.options().isEmpty()) {
      schema.put("type", List.of("string", "number", "boolean", "null"));
    } else {
      List<Object> options = new ArrayList<>(scalar.options());
      // What is a text here may look like a number in YAML.
      scalar.options().stream()
          .filter(option -> option.matches("\\d{1,9}"))
          .forEach(option -> options.add(Integer.valueOf(option)));
      if (scalar.preset().isEmpty() && scalar.kind() == Scalar.Kind.TEXT) {
        options.add(""); // not set
      }
      options.add(null);
      schema.put("enum", options);
    }
  }

  private static void putRange(
      Map<String, Object> schema, Scalar scalar, String least, String most) {
    if (scalar.min() != Long.MIN_VALUE) {
      schema.put(least, Math.max(scalar.min(), least.equals("minItems") ? 0 : scalar.min()));
    }
    if (scalar.max() != Long.MAX_VALUE) {
      schema.put(most, scalar.max());
    }
  }

  private static Object preset(Scalar scalar) {
    return switch (scalar.kind()) {
      case INT, LONG -> Long.valueOf(scalar.preset());
      case BOOLEAN -> Boolean.valueOf(scalar.preset());
      case TEXTS -> scalar.read(scalar.preset()).orElseThrow();
      case SIZE, DURATION, TEXT, CHOICE -> scalar.preset();
    };
  }
}
