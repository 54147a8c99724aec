package dev.sluice.platform.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import java.util.concurrent.atomic.LongAdder;

/**
 * A bounded queue before an appender. It never blocks the caller: what finds it full is dropped and
 * counted.
 */
final class LogQueue extends AsyncAppender {

  // Logback asks isDiscardable only below this many free slots. Above one, so that threads that
  // pass the question at the same moment still find a slot and nothing is dropped uncounted, and
  // so that the line that tells how much was dropped finds one too.
  private static final int KEPT_FREE = 32;
  private static final int FLUSH_MILLIS = 5_000;

  private final LongAdder dropped = new LongAdder();

  static LogQueue before(Appender<ILoggingEvent> target, LoggerContext context, int size) {
    LogQueue queue = new LogQueue();
    queue.setContext(context);
    queue.setName("log-queue");
    queue.setQueueSize(size);
    queue.setDiscardingThreshold(KEPT_FREE);
    queue.setNeverBlock(true);
    queue.setMaxFlushTime(FLUSH_MILLIS);
    queue.addAppender(target);
    queue.start();
    return queue;
  }

  @Override
  protected boolean isDiscardable(ILoggingEvent event) {
    if (event.getLoggerName().equals(Logging.class.getName())) {
      return false;
    }
    if (event instanceof Lines lines) {
      dropped.add(lines.size());
      lines.release();
    } else {
      dropped.increment();
    }
    return true;
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event instanceof Lines lines) {
      lines.take();
      dropped.add(lines.lost());
    }
    super.append(event);
  }

  long dropped() {
    return dropped.sum();
  }
}
