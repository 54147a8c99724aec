package dev.sluice.load.simulation;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The command line.
 *
 * @param users open: that come each second; closed: at any time
 * @param target null when there is none yet, and only the rest is checked
 * @param warmUp of requests that do not count, before the others
 */
record Options(
    Scene scene,
    int users,
    Duration duration,
    Model model,
    Profile profile,
    Target target,
    Path credentials,
    Path reports,
    Duration warmUp,
    boolean terminal) {

  static final int MOST_USERS = 10_000;
  static final Duration LONGEST = Duration.ofHours(24);

  private static final Duration SHORTEST_SPIKE = Duration.ofSeconds(3);

  /**
   * Where Gatling's simulations, which it makes itself, find the command line: their lines in
   * order.
   */
  static final String PROPERTY = "sluice.load";

  private static final Path CREDENTIALS = Path.of(".sluice", "credentials.json");
  private static final Path REPORTS = Path.of(".sluice", "load", "reports");

  /** Whole seconds, as Gatling adds users each second where their number is kept. */
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(s|m|h)");

  /** Those of the run that goes on. */
  static Options current() {
    return parse(List.of(System.getProperty(PROPERTY).split("\n", -1)));
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException naming the option, its value and what would be right
   */
  static Options parse(List<String> arguments) {
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException("the name of a simulation is missing");
    }
    Scene scene = Scene.named(arguments.get(0));
    Given given = new Given();
    for (int i = 1; i < arguments.size(); i++) {
      String option = arguments.get(i);
      if (option.equals("--yes-not-loopback")) {
        given.anyHost = true;
      } else if (option.equals("--terminal")) {
        given.terminal = true;
      } else if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException("unknown option, or one without its value: " + option);
      } else {
        given.take(option, arguments.get(++i));
      }
    }
    return given.options(scene);
  }

  /** What stands on the command line; null and 0 for what does not. */
  private static final class Given {
    private int users;
    private Duration duration;
    private Model model = Model.OPEN;
    private Profile profile = Profile.LOCAL;
    private String against;
    private Path credentials;
    private Path reports = REPORTS;
    private Duration warmUp = Duration.ofSeconds(3);
    private boolean anyHost;
    private boolean terminal;

    void take(String option, String value) {
      switch (option) {
        case "--users" -> users = users(value);
        case "--duration" -> duration = time(option, value, Duration.ofSeconds(1));
        case "--warm-up" -> warmUp = time(option, value, Duration.ZERO);
        case "--model" -> model = one(Model.class, option, value);
        case "--profile" -> profile = one(Profile.class, option, value);
        case "--against" -> against = value;
        case "--credentials" -> credentials = Path.of(value);
        case "--reports" -> reports = Path.of(value);
        default -> throw new IllegalArgumentException("unknown option: " + option);
      }
    }

    Options options(Scene scene) {
      if (!scene.knows(model)) {
        throw new IllegalArgumentException(
            "--model "
                + label(model)
                + ": "
                + scene.label()
                + " needs a rate that the node cannot slow down; --model open is right");
      }
      if (scene == Scene.SPIKE && duration != null && duration.compareTo(SHORTEST_SPIKE) < 0) {
        throw new IllegalArgumentException(
            "--duration is too short for a before, a spike and an after; 3s or more is right");
      }
      Target target = against == null ? null : Target.of(against, anyHost);
      if (target != null && credentials == null && !target.loopback()) {
        throw new IllegalArgumentException(
            "--credentials FILE is missing: those of this machine are not sent to another one");
      }
      return new Options(
          scene,
          users == 0 ? scene.users(model) : users,
          duration == null ? scene.duration() : duration,
          model,
          profile,
          target,
          credentials == null ? CREDENTIALS : credentials,
          reports,
          warmUp,
          terminal);
    }
  }

  private static int users(String value) {
    if (value.matches("[0-9]{1,6}")) {
      int users = Integer.parseInt(value);
      if (users >= 1 && users <= MOST_USERS) {
        return users;
      }
    }
    throw new IllegalArgumentException(
        "--users is '" + value + "'; a whole number from 1 to " + MOST_USERS + " is right");
  }

  private static Duration time(String option, String value, Duration least) {
    Matcher matcher = DURATION.matcher(value);
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration time =
          switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
          };
      if (time.compareTo(least) >= 0 && time.compareTo(LONGEST) <= 0) {
        return time;
      }
    }
    throw new IllegalArgumentException(
        option + " is '" + value + "'; " + least.toSeconds() + "s to 24h, such as 30s, is right");
  }

  private static <E extends Enum<E>> E one(Class<E> type, String option, String value) {
    for (E constant : type.getEnumConstants()) {
      if (label(constant).equals(value)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        option
            + " is '"
            + value
            + "'; "
            + String.join(
                " or ", List.of(type.getEnumConstants()).stream().map(Options::label).toList())
            + " is right");
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
