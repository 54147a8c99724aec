package dev.sluice.platform.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The {@code SLUICE_*} variables, and which of them somebody has asked for: the others are
 * mistakes.
 */
final class Environment {

  private static final String PREFIX = "SLUICE_";
  // Read by the devstack's program and by the start script, not by a node.
  private static final String DEVSTACK = "SLUICE_DEVSTACK_";
  private static final String JAVA_OPTS = "SLUICE_JAVA_OPTS";
  private static final String FILE = "_FILE";
  private static final int MAX_SECRET_BYTES = 64 * 1024;

  private final Map<String, String> variables;
  private final TreeSet<String> asked = new TreeSet<>();

  Environment(Map<String, String> variables) {
    this.variables = variables;
  }

  /** The value of a variable, null when it is not set. */
  String get(String variable) {
    asked.add(variable);
    return variables.get(variable);
  }

  /**
   * The value of a secret: its variable, or the content of the file that {@code <variable>_FILE}
   * names, without the line end at its end (the convention of Docker secrets). Null when neither is
   * set.
   */
  String getSecret(String key, String variable, List<Mistake> mistakes) {
    String value = get(variable);
    String path = get(variable + FILE);
    if (path == null) {
      return value;
    }
    String source = "environment " + variable + FILE;
    if (value != null) {
      mistakes.add(
          new Mistake(
              key, null, source, "expected only one of " + variable + FILE + " and " + variable));
      return value;
    }
    try {
      Path file = Path.of(path);
      if (Files.size(file) <= MAX_SECRET_BYTES) {
        return Files.readString(file, StandardCharsets.UTF_8).replaceFirst("\\R$", "");
      }
    } catch (IOException | InvalidPathException unreadable) {
      // Falls through: too large and unreadable are answered alike.
    }
    mistakes.add(
        new Mistake(key, path, source, "expected a file of at most 64KB that can be read"));
    return null;
  }

  /** How the value of a key that was taken from the environment is said to have come. */
  String source(String variable) {
    return "environment " + (variables.containsKey(variable) ? variable : variable + FILE);
  }

  /**
   * Adds a mistake for every variable that belongs to no key. Its value is not shown: it may be a
   * secret.
   */
  void addUnknown(List<Mistake> mistakes) {
    for (String variable : new TreeSet<>(variables.keySet())) {
      boolean ours =
          variable.startsWith(PREFIX)
              && !variable.startsWith(DEVSTACK)
              && !variable.equals(JAVA_OPTS);
      if (ours && !asked.contains(variable)) {
        String hint =
            Nearest.to(variable, asked)
                .map(name -> "did you mean " + name + "?")
                .orElse("the names are in docs/configuration.md");
        mistakes.add(new Mistake(variable, null, "environment", "no such setting; " + hint));
      }
    }
  }
}
