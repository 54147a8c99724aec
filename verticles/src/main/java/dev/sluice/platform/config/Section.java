package dev.sluice.platform.config;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A top-level part of the configuration and the record it becomes.
 *
 * @param name snake_case, such as {@code edge} (IllegalArgumentException otherwise); its keys are
 *     {@code edge.port}, its variables {@code SLUICE_EDGE_PORT}
 * @param type a record whose components all carry {@link Setting}; it may be package-private
 */
public record Section<T extends Record>(String name, Class<T> type) {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");

  public Section {
    Objects.requireNonNull(type, "type");
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("section " + name + ": the name must be snake_case");
    }
  }
}
