package dev.sluice.platform.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.charset.StandardCharsets;
import net.logstash.logback.composite.loggingevent.LogLevelJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggerNameJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggingEventFormattedTimestampJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggingEventJsonProviders;
import net.logstash.logback.composite.loggingevent.LoggingEventThreadNameJsonProvider;
import net.logstash.logback.composite.loggingevent.MessageJsonProvider;
import net.logstash.logback.composite.loggingevent.StackTraceJsonProvider;
import net.logstash.logback.encoder.LoggingEventCompositeJsonEncoder;

/** The two forms of a line. */
final class Encoders {

  // Control characters in a message are blanked, so that nobody can write a line of their own
  // through one.
  private static final String TEXT =
      "%d{HH:mm:ss.SSS} %-5level %logger{0} - %replace(%msg %kvp %X{correlationId}){'\\p{Cntrl}', ' '}%n%ex";

  private Encoders() {}

  static Encoder<ILoggingEvent> text(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setPattern(TEXT);
    encoder.start();
    return LineEncoder.text(encoder);
  }

  static Encoder<ILoggingEvent> json(LoggerContext context, String node) {
    LoggingEventFormattedTimestampJsonProvider time =
        new LoggingEventFormattedTimestampJsonProvider();
    time.setTimeZone("UTC");
    LoggerNameJsonProvider logger = new LoggerNameJsonProvider();
    logger.setFieldName("logger");
    LoggingEventThreadNameJsonProvider thread = new LoggingEventThreadNameJsonProvider();
    thread.setFieldName("thread");
    LoggingEventJsonProviders providers = new LoggingEventJsonProviders();
    providers.addTimestamp(time);
    providers.addLogLevel(new LogLevelJsonProvider());
    providers.addLoggerName(logger);
    providers.addThreadName(thread);
    providers.addMessage(new MessageJsonProvider());
    providers.addProvider(new FieldsProvider(node));
    providers.addStackTrace(new StackTraceJsonProvider());
    LoggingEventCompositeJsonEncoder encoder = new LoggingEventCompositeJsonEncoder();
    encoder.setContext(context);
    encoder.setProviders(providers);
    encoder.setFindAndRegisterJacksonModules(
        false); // a search of the class path for types never logged
    encoder.start();
    return LineEncoder.json(encoder, node);
  }
}
