package dev.sluice.platform.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a part of the configuration looks like, read once from the records. */
sealed interface Shape permits Scalar, Shape.Group, Shape.Keyed, Shape.Listed, Shape.Left {

  /** A record: the names below are fixed. */
  record Group(
      Class<? extends Record> type, List<Member> members, Constructor<? extends Record> constructor)
      implements Shape {

    // What the check of a record throws: the component, and what would be right.
    private static final Pattern CHECK = Pattern.compile("(?s)([A-Za-z0-9_.]{1,200}): (.*)");

    /**
     * The record of these values, one a member.
     *
     * @throws IllegalArgumentException if the record refuses them
     */
    Record build(List<?> values) {
      try {
        return constructor.newInstance(values.toArray());
      } catch (InvocationTargetException thrown) {
        if (thrown.getCause() instanceof IllegalArgumentException refused) {
          throw refused;
        }
        throw new IllegalStateException(type + " cannot be built", thrown.getCause());
      } catch (ReflectiveOperationException impossible) {
        throw new IllegalStateException(type + " cannot be built", impossible);
      }
    }

    /** What the record said, told apart into the names below the record and what would be right. */
    Refusal refusal(String message) {
      Matcher check = CHECK.matcher(message);
      if (check.matches()) {
        List<String> names = List.of(ShapeReader.snakeCase(check.group(1)).split("\\."));
        if (member(names.get(0)) != null) {
          return new Refusal(names, "expected " + check.group(2));
        }
      }
      return new Refusal(List.of(), "expected " + message);
    }

    private Member member(String name) {
      for (Member member : members) {
        if (member.name().equals(name)) {
          return member;
        }
      }
      return null;
    }
  }

  /** Why a record was not built; no names when it is about all of them together. */
  record Refusal(List<String> names, String problem) {}

  /**
   * A Map: the user chooses the names below.
   *
   * @param preset the default entries; what the user writes is laid over them, key by key
   */
  record Keyed(Shape value, YamlNode.Entries preset, Setting setting) implements Shape {}

  /** A List of records. */
  record Listed(Group item, Setting setting) implements Shape {
    long least() {
      return Math.max(0, setting.min());
    }

    long most() {
      return setting.max() == Long.MAX_VALUE ? MOST : setting.max();
    }

    /** As in the reference: {@code 0 to 10 entries}. */
    String limits() {
      return least() + " to " + most() + " entries";
    }
  }

  /** What is left as it was written, to be read by who knows its shape. */
  record Left() implements Shape {}

  /** A component of a record. {@code name} is the snake_case form of {@code component}. */
  record Member(String name, String component, Shape shape, Setting setting) {}

  /** Entries of a list that does not say how many it may have. */
  int MOST = 1_000;
}
