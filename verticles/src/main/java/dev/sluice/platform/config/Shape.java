package dev.sluice.platform.config;

import java.util.List;

/** What a part of the configuration looks like, read once from the records. */
sealed interface Shape permits Scalar, Shape.Group, Shape.Keyed {

  /** A record: the names below are fixed. */
  record Group(Class<? extends Record> type, List<Member> members) implements Shape {}

  /**
   * A Map: the user chooses the names below.
   *
   * @param preset the default entries; what the user writes is laid over them, key by key
   */
  record Keyed(Shape value, YamlNode.Entries preset, Setting setting) implements Shape {}

  /** A component of a record. {@code name} is the snake_case form of {@code component}. */
  record Member(String name, String component, Shape shape, Setting setting) {}
}
