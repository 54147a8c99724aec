package dev.sluice.devstack;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The command line of {@link DevstackMain}, over its environment, over the defaults. */
record DevstackOptions(
    boolean help,
    Path data,
    String bind,
    PortChoice postgres,
    PortChoice redis,
    PortChoice kafka,
    PortChoice demo,
    Optional<Path> envFile,
    Optional<Long> exitWith) {

  static final String USAGE =
      """
      usage: java -jar sluice-devstack.jar --data DIR [options]

        --data DIR           where the data of the three servers is, or will be
        --postgres-port N    PostgreSQL, default 15432 (SLUICE_DEVSTACK_POSTGRES_PORT)
        --redis-port N       Redis, default 16379 (SLUICE_DEVSTACK_REDIS_PORT)
        --kafka-port N       Kafka, default 19092 (SLUICE_DEVSTACK_KAFKA_PORT)
        --demo-port N        the demo service, default 18080, and the port above it for a second one
                             (SLUICE_DEVSTACK_DEMO_PORT)
        --bind ADDRESS       listen on this address of this machine, default 127.0.0.1
        --env-file FILE      write the addresses there as NAME=value lines when all are ready
        --exit-with PID      end when that process ends
        --help               this text

      A default port that is taken gives way to the next free one; a port that was set does not. 0 is any free port.
      PostgreSQL and Redis are unpacked once, into SLUICE_DEVSTACK_CACHE or ~/.cache/sluice.
      """;

  private static final int HIGHEST_PORT = 65_535;

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException naming the option or variable, its value and what would be
   *     right
   */
  static DevstackOptions parse(String[] arguments, Map<String, String> environment) {
    Path data = null;
    String bind = "127.0.0.1";
    PortChoice postgres = port(environment, "POSTGRES", 15_432);
    PortChoice redis = port(environment, "REDIS", 16_379);
    PortChoice kafka = port(environment, "KAFKA", 19_092);
    PortChoice demo = port(environment, "DEMO", 18_080);
    Optional<Path> envFile = Optional.empty();
    Optional<Long> exitWith = Optional.empty();
    boolean help = false;
    for (int i = 0; i < arguments.length; i++) {
      String option = arguments[i];
      if (option.equals("--help")) {
        help = true;
        continue;
      }
      if (i + 1 == arguments.length && option.startsWith("--")) {
        throw new IllegalArgumentException("unknown option, or one without its value: " + option);
      }
      switch (option) {
        case "--data" -> data = Path.of(arguments[++i]);
        case "--bind" -> bind = address(arguments[++i]);
        case "--postgres-port" -> postgres = port(option, arguments[++i]);
        case "--redis-port" -> redis = port(option, arguments[++i]);
        case "--kafka-port" -> kafka = port(option, arguments[++i]);
        case "--demo-port" -> demo = port(option, arguments[++i]);
        case "--env-file" -> envFile = Optional.of(Path.of(arguments[++i]));
        case "--exit-with" -> exitWith = Optional.of(number(option, arguments[++i]));
        default -> throw new IllegalArgumentException("unknown option: " + option);
      }
    }
    if (data == null && !help) {
      throw new IllegalArgumentException("--data DIR is missing");
    }
    if (demo.port() == HIGHEST_PORT) {
      throw new IllegalArgumentException(
          demo.setting() + " is 65535; the demo service needs the port above it, too");
    }
    return new DevstackOptions(help, data, bind, postgres, redis, kafka, demo, envFile, exitWith);
  }

  private static PortChoice port(Map<String, String> environment, String server, int usual) {
    String variable = "SLUICE_DEVSTACK_" + server + "_PORT";
    String value = environment.getOrDefault(variable, "");
    return value.isBlank() ? PortChoice.preferably(usual, variable) : port(variable, value);
  }

  private static PortChoice port(String setting, String value) {
    return PortChoice.exactly((int) Math.min(number(setting, value), Integer.MAX_VALUE), setting);
  }

  private static long number(String setting, String value) {
    try {
      long number = Long.parseLong(value.strip());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException notOne) {
      // Falls through to the one message for both.
    }
    throw new IllegalArgumentException(
        setting + " is '" + value + "'; a whole number, 0 or more, is right");
  }

  private static String address(String value) {
    if (value.equals("0.0.0.0") || value.equals("::") || value.equals("*")) {
      throw new IllegalArgumentException(
          "--bind "
              + value
              + ": Kafka has to tell its clients one address; name an address of this machine");
    }
    return value;
  }
}
