package dev.sluice.platform.config;

/**
 * One thing wrong with the configuration.
 *
 * @param key the key, such as {@code edge.port}, or the variable when it belongs to no key
 * @param value what was written, shortened and masked when secret; null when it is not shown
 * @param source where it came from: {@code sluice.yaml line 3}, {@code environment
 *     SLUICE_EDGE_PORT} or {@code default}
 * @param problem what would have been right
 */
public record Mistake(String key, String value, String source, String problem) {

  /** One short line, whatever was written. */
  static String shown(String written) {
    String line = written.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= 100 ? line : line.substring(0, 97) + "...";
  }

  /** A value that can be seen even if it is empty. */
  static String quoted(String shown) {
    return shown.isEmpty() ? "\"\"" : shown;
  }

  /**
   * One line, for example {@code edge.port = 0 (sluice.yaml line 3): expected a whole number from 1
   * to 65535}.
   */
  @Override
  public String toString() {
    return key + (value == null ? "" : " = " + value) + " (" + source + "): " + problem;
  }
}
