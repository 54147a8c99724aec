package dev.sluice.contract;

import java.util.Locale;
import java.util.regex.Pattern;

/** What nodes say to each other about themselves. */
public sealed interface Node extends Contract {

  /** A node asks itself over the bus; a node that cannot be reached is not ready. */
  @Requires(Requires.NODE)
  @Idempotent
  record Ping(String nodeId) implements Node, Request<Pong> {
    public Ping {
      Check.text("nodeId", nodeId, 1, 200);
    }
  }

  record Pong(String nodeId) implements Node {}

  /** Sets the level of a logger on every node, until the nodes are restarted. */
  @Requires("admin:nodes")
  @Idempotent
  record SetLogLevel(String logger, Level level) implements Node, Request<LogLevel> {
    private static final Pattern LOGGER = Pattern.compile("[A-Za-z0-9._$-]{1,200}");

    public SetLogLevel {
      Check.matches("logger", logger, LOGGER, "a logger's name such as \"dev.sluice.order\"");
      Check.present("level", level);
    }
  }

  record LogLevel(String logger, Level level) implements Node {}

  record LogLevelChanged(String logger, Level level) implements Node, Event {}

  enum Level {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    OFF;

    /** As loggers write it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
