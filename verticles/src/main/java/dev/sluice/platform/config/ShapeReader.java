package dev.sluice.platform.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads the shape of a section from its record. What is wrong here is wrong in the code, not in
 * anybody's configuration, so it is an IllegalStateException naming the component.
 */
final class ShapeReader {

  private static final int MAX_DEPTH = 8;

  private ShapeReader() {}

  static Shape.Group read(Section<?> section) {
    Shape.Group group = group(section.type(), section.name(), 1);
    requireDistinctVariables(group, variable("SLUICE", section.name()), new HashSet<>());
    return group;
  }

  /** The shape of a document, which no variable reaches. */
  static Shape.Group read(Class<? extends Record> document) {
    return group(document, "", 1);
  }

  /** {@code waitQueue} is {@code wait_queue}. */
  static String snakeCase(String component) {
    return component.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  /**
   * The environment variable of a name below another one: {@code SLUICE_EDGE} and {@code port} are
   * SLUICE_EDGE_PORT.
   */
  static String variable(String parent, String name) {
    return parent + "_" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  private static Shape.Group group(Class<? extends Record> type, String path, int depth) {
    require(depth <= MAX_DEPTH, path, "records nest deeper than " + MAX_DEPTH);
    List<Shape.Member> members = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String name = snakeCase(component.getName());
      Setting setting = component.getAnnotation(Setting.class);
      require(setting != null, path + "." + name, "lacks @Setting");
      Shape shape = shape(component.getGenericType(), setting, path + "." + name, depth);
      members.add(new Shape.Member(name, component.getName(), shape, setting));
    }
    return new Shape.Group(type, List.copyOf(members), constructor(type));
  }

  private static Constructor<? extends Record> constructor(Class<? extends Record> type) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true); // the records of a room are package-private
      return constructor;
    } catch (NoSuchMethodException impossible) {
      throw new AssertionError("a record has its canonical constructor", impossible);
    }
  }

  private static Shape shape(Type type, Setting setting, String path, int depth) {
    if (type == Unread.class) {
      return new Shape.Left();
    }
    if (type instanceof ParameterizedType generic) {
      return generic(generic, setting, path, depth);
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return group(plain.asSubclass(Record.class), path, depth + 1);
    }
    Scalar scalar = scalar(plain, setting, setting.def(), path);
    require(
        scalar.read(setting.def()).isPresent(),
        path,
        "its default '" + setting.def() + "' is not " + scalar.right());
    return scalar;
  }

  private static Shape generic(ParameterizedType type, Setting setting, String path, int depth) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == List.class) {
      if (arguments[0] instanceof Class<?> item && item.isRecord()) {
        require(setting.def().isEmpty(), path, "a List of records has no default");
        return new Shape.Listed(
            group(item.asSubclass(Record.class), path + "[]", depth + 1), setting);
      }
      require(arguments[0] == String.class, path, "a List must be a List<String>");
      Scalar scalar = scalar(List.class, setting, setting.def(), path);
      require(
          scalar.read(setting.def()).isPresent(),
          path,
          "its default '" + setting.def() + "' is not " + scalar.right());
      return scalar;
    }
    require(
        type.getRawType() == Map.class
            && arguments[0] == String.class
            && (arguments[1] instanceof Class || isTexts(arguments[1])),
        path,
        "the only generic types are List<String>, List<record> and Map<String, V>");
    Class<?> value = isTexts(arguments[1]) ? List.class : (Class<?>) arguments[1];
    Shape below =
        value.isRecord()
            ? group(value.asSubclass(Record.class), path + ".<name>", depth + 1)
            : scalar(value, setting, "", path);
    return new Shape.Keyed(below, YamlTree.preset(setting.def(), path), setting);
  }

  private static boolean isTexts(Type type) {
    return type instanceof ParameterizedType generic
        && generic.getRawType() == List.class
        && generic.getActualTypeArguments()[0] == String.class;
  }

  private static Scalar scalar(Class<?> type, Setting setting, String preset, String path) {
    return Scalar.of(type, setting, preset)
        .orElseThrow(
            () -> new IllegalStateException(path + ": " + type.getName() + " cannot be set"));
  }

  private static void requireDistinctVariables(Shape.Group group, String parent, Set<String> seen) {
    for (Shape.Member member : group.members()) {
      String variable = variable(parent, member.name());
      require(seen.add(variable), variable, "two keys have this environment variable");
      if (member.shape() instanceof Shape.Group below) {
        requireDistinctVariables(below, variable, seen);
      }
    }
  }

  private static void require(boolean right, String path, String problem) {
    if (!right) {
      throw new IllegalStateException(path + ": " + problem);
    }
  }
}
