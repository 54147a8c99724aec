package dev.sluice.load.compare;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The command line of a comparison.
 *
 * @param rounds how often all have their turn, 1 to 99
 * @param seconds of a measurement, 1 to 99
 * @param only what is compared: what this is found in the name of
 * @param all whether that is everything, so that the page may be written
 */
public record Options(int rounds, int seconds, Pattern only, boolean all) {
  private static final int USAGE = 2;

  /**
   * @param command as messages name it
   * @param args {@code --rounds}, {@code --seconds} and {@code --only}, each with its value
   * @throws IllegalArgumentException naming the option, its value and what would be right
   */
  public static Options parse(String command, String... args) {
    int rounds = 5;
    int seconds = 5;
    Pattern only = Pattern.compile("");
    boolean all = true;
    for (int i = 0; i < args.length; i += 2) {
      String value = i + 1 < args.length ? args[i + 1] : "";
      switch (args[i]) {
        case "--rounds" -> rounds = number(args[i], value);
        case "--seconds" -> seconds = number(args[i], value);
        case "--only" -> {
          only = expression(value);
          all = value.equals(".*");
        }
        default ->
            throw new IllegalArgumentException(
                command + " knows --rounds, --seconds and --only, not '" + args[i] + "'");
      }
    }
    return new Options(rounds, seconds, only, all);
  }

  /** The same for a command line: what is wrong is told, and the JVM ends with 2. */
  public static Options of(String command, List<String> names, String... args) {
    try {
      Options options = parse(command, args);
      if (names.stream().noneMatch(options::has)) {
        throw new IllegalArgumentException("--only " + options.only + " finds none of " + names);
      }
      return options;
    } catch (IllegalArgumentException e) {
      System.err.println("sluice: " + e.getMessage());
      System.exit(USAGE);
      throw e;
    }
  }

  /** Whether this is compared. */
  public boolean has(String name) {
    return only.matcher(name).find();
  }

  private static int number(String option, String written) {
    if (!written.matches("[1-9]\\d?")) {
      throw new IllegalArgumentException(
          option + " needs a number from 1 to 99, not '" + written + "'");
    }
    return Integer.parseInt(written);
  }

  private static Pattern expression(String written) {
    try {
      if (!written.isEmpty()) {
        return Pattern.compile(written);
      }
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "--only needs a regular expression, not '" + written + "': " + e.getDescription(), e);
    }
    throw new IllegalArgumentException("--only needs a regular expression");
  }
}
