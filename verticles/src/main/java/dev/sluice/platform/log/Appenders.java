package dev.sluice.platform.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;

/** Where lines end up. */
final class Appenders {

  private Appenders() {}

  static Appender<ILoggingEvent> console(LoggerContext context, Encoder<ILoggingEvent> encoder) {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }

  /**
   * A file that is put aside when it is full, with a bounded number of those.
   *
   * @throws IllegalArgumentException if the file cannot be written
   */
  static Appender<ILoggingEvent> file(
      LoggerContext context, Encoder<ILoggingEvent> encoder, LogConfig config) {
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setFile(config.file());

    FixedWindowRollingPolicy naming = new FixedWindowRollingPolicy();
    naming.setContext(context);
    naming.setParent(appender);
    naming.setFileNamePattern(config.file() + ".%i");
    naming.setMinIndex(1);
    naming.setMaxIndex(config.maxFiles());
    naming.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> when = new SizeBasedTriggeringPolicy<>();
    when.setContext(context);
    when.setMaxFileSize(new FileSize(config.maxFileSize()));
    when.start();

    appender.setRollingPolicy(naming);
    appender.setTriggeringPolicy(when);
    appender.start();
    if (!appender.isStarted()) {
      throw new IllegalArgumentException(
          "log.file " + config.file() + " cannot be written; name one that can, or none");
    }
    return appender;
  }
}
