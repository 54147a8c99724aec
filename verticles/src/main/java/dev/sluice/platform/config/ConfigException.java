package dev.sluice.platform.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The configuration cannot be used. The message lists every mistake, one a line; it holds no
 * secret.
 */
public final class ConfigException extends RuntimeException {

  // A list of records of strings; exceptions here are not sent anywhere by Java serialization.
  private final transient List<Mistake> mistakes;

  /** With at least one mistake. */
  public ConfigException(List<Mistake> mistakes) {
    super(message(mistakes));
    this.mistakes = List.copyOf(mistakes);
  }

  /** All mistakes, at least one. */
  public List<Mistake> mistakes() {
    return mistakes;
  }

  private static String message(List<Mistake> mistakes) {
    String head =
        mistakes.size() == 1
            ? "The configuration has a mistake:"
            : "The configuration has " + mistakes.size() + " mistakes:";
    return mistakes.stream().map(m -> "\n  " + m).collect(Collectors.joining("", head, ""));
  }
}
