package dev.sluice.platform.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.jul.LevelChangePropagator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.Console;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Logging of this JVM, while it is started. There is one Logback in a JVM: starting again takes
 * over from the last start. Thread-safe.
 */
public final class Logging {

  private static final Pattern LOGGER_NAME = Pattern.compile("[A-Za-z0-9_.$-]{1,200}");

  // JBoss Logging, which Infinispan uses, prefers log4j-api when some library happens to bring it.
  private static final String JBOSS_PROVIDER = "org.jboss.logging.provider";

  private final LoggerContext context;
  private final LogQueue queue;

  private Logging(LoggerContext context, LogQueue queue) {
    this.context = context;
    this.queue = queue;
  }

  /**
   * Sets up Logback as configured.
   *
   * @param node the name of this node, in every JSON line
   * @throws IllegalArgumentException if the file cannot be written
   */
  public static Logging start(LogConfig config, String node) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    context.start(); // one that was stopped before would not stop again, and so not flush
    Encoder<ILoggingEvent> encoder =
        isJson(config.format()) ? Encoders.json(context, node) : Encoders.text(context);
    Appender<ILoggingEvent> target =
        config.file().isEmpty()
            ? Appenders.console(context, encoder)
            : Appenders.file(context, encoder, config);
    LogQueue queue = LogQueue.before(target, context, config.queueSize());
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(level(config.level()));
    root.addAppender(queue);
    config.levels().forEach((name, level) -> context.getLogger(name).setLevel(level(level)));
    bridgeOthers(context);
    return new Logging(context, queue);
  }

  /**
   * Changes the level of a logger, and of those below it that have none of their own, until the
   * next start.
   *
   * @param logger a name such as {@code dev.sluice.order}, or {@code root}
   * @param level one of {@link LogLevel}, in lower case
   * @throws IllegalArgumentException naming the right levels, or what a name is made of
   */
  public void setLevel(String logger, String level) {
    if (!LOGGER_NAME.matcher(logger).matches()) {
      throw new IllegalArgumentException(
          "logger: expected at most 200 letters, digits and _.$- as in dev.sluice.order");
    }
    context.getLogger(logger).setLevel(level(parse(level)));
  }

  /** Lines dropped since the start because they came faster than they could be written. */
  public long dropped() {
    return queue.dropped();
  }

  /**
   * Writes what waits, for at most 5 seconds, and ends logging. What is logged afterwards is lost.
   */
  public void stop() {
    if (queue.dropped() > 0) {
      context
          .getLogger(Logging.class)
          .atWarn()
          .addKeyValue("dropped", queue.dropped())
          .log("log lines were dropped, because they came faster than they could be written");
    }
    SLF4JBridgeHandler.uninstall();
    context.stop();
  }

  private static LogLevel parse(String level) {
    Optional<LogLevel> known =
        Arrays.stream(LogLevel.values()).filter(l -> name(l).equals(level)).findFirst();
    return known.orElseThrow(
        () ->
            new IllegalArgumentException(
                "level: expected one of "
                    + Arrays.stream(LogLevel.values())
                        .map(Logging::name)
                        .collect(Collectors.joining(", "))));
  }

  private static String name(LogLevel level) {
    return level.name().toLowerCase(Locale.ROOT);
  }

  private static Level level(LogLevel level) {
    return Level.toLevel(level.name());
  }

  private static void bridgeOthers(LoggerContext context) {
    if (System.getProperty(JBOSS_PROVIDER) == null) {
      System.setProperty(JBOSS_PROVIDER, "slf4j");
    }
    // Hands our levels to java.util.logging, so that what is off there costs nothing.
    LevelChangePropagator levels = new LevelChangePropagator();
    levels.setContext(context);
    levels.setResetJUL(true);
    levels.start();
    context.addListener(levels);
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  private static boolean isJson(LogFormat format) {
    return format == LogFormat.JSON || (format == LogFormat.AUTO && !isTerminal(System.console()));
  }

  /**
   * Since Java 22 there is a console without a terminal too, and a method to tell, which 17 does
   * not have.
   */
  private static boolean isTerminal(Console console) {
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException before22) {
      return true;
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException("Console.isTerminal cannot be called", impossible);
    }
  }
}
