package dev.sluice.platform.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The keys that exist, and those that were written but do not; these are looked at last, when all
 * names are known.
 */
final class KnownKeys {

  private final Set<String> known = new LinkedHashSet<>();
  private final List<Unknown> unknown = new ArrayList<>();

  private record Unknown(String key, String source, List<String> siblings) {}

  void add(String key) {
    known.add(key);
  }

  /** Notes a key that no record has, and the names that would have been right in its place. */
  void miss(String key, String source, List<String> siblings) {
    unknown.add(new Unknown(key, source, siblings));
  }

  /**
   * Adds a mistake for each unknown key. Its value is not shown: it may be a secret under a wrong
   * name.
   */
  void addUnknown(List<Mistake> mistakes) {
    for (Unknown key : unknown) {
      String hint =
          Nearest.to(key.key(), known.stream().filter(k -> !isAbove(k, key.key())).toList())
              .map(name -> "did you mean " + name + "?")
              .orElseGet(() -> "expected " + anyOf(key.siblings()));
      mistakes.add(new Mistake(key.key(), null, key.source(), "no such key; " + hint));
    }
  }

  // "did you mean edge?" is no answer to edge.x
  private static boolean isAbove(String ancestor, String key) {
    return key.startsWith(ancestor + ".");
  }

  private static String anyOf(List<String> names) {
    return switch (names.size()) {
      case 0 -> "none";
      case 1 -> names.get(0);
      default -> "one of " + names.stream().sorted().collect(Collectors.joining(", "));
    };
  }
}
