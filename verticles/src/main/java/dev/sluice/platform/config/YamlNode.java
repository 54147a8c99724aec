package dev.sluice.platform.config;

import java.util.List;
import java.util.Map;

/** A parsed YAML value that still knows its line. */
sealed interface YamlNode {

  /** 1-based line: of the key for the value of a key, of the entry for an entry of a list. */
  int line();

  /**
   * A scalar as it was written, without its quotes; null for an empty one, {@code ~} or {@code
   * null}.
   */
  record Text(int line, String text) implements YamlNode {}

  /** A sequence. */
  record Items(int line, List<YamlNode> items) implements YamlNode {}

  /** A mapping, in the order of the file. */
  record Entries(int line, Map<String, YamlNode> entries) implements YamlNode {
    static final Entries NONE = new Entries(0, Map.of());
  }
}
