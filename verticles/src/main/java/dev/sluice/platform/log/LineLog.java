package dev.sluice.platform.log;

import ch.qos.logback.classic.Logger;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.LoggerFactory;

/**
 * A log with a line of the same fields each time, for a path that is too hot for an event, a list
 * and a wake-up of the writer a line. What a line holds is put into an array, and many of them go
 * through Logback as one event, in whose place the lines are written: in the same form, to the same
 * file, as all others.
 *
 * <p>Of one thread. What was written waits until a batch is full, or until {@link #flush}. When
 * lines come faster than they can be written, they are dropped and counted like others.
 */
public final class LineLog {
  private static final int BATCHES = 32;

  private final Logger logger;
  private final BlockingQueue<Lines> free = new ArrayBlockingQueue<>(BATCHES);
  private Lines current; // null while all are being written
  private long lost;

  /**
   * @param logger its name; the lines have level INFO
   * @param message of each line
   * @param texts the names of the fields that are texts, in the order they are given in
   * @param numbers the same of those that are whole numbers; they stand after the texts
   */
  public LineLog(String logger, String message, List<String> texts, List<String> numbers) {
    this.logger = (Logger) LoggerFactory.getLogger(logger);
    Lines.Form form = new Lines.Form(this.logger.getName(), message, texts, numbers);
    for (int i = 0; i < BATCHES; i++) {
      free.add(new Lines(form, free));
    }
  }

  /** Whether anybody would read it. */
  public boolean isEnabled() {
    return logger.isInfoEnabled();
  }

  /**
   * Begins a line, all of whose fields must be given then.
   *
   * @param millis since 1970, UTC
   * @return null if there is no room: then it is counted as dropped
   */
  public Lines begin(long millis) {
    if (current == null) {
      current = free.poll();
      if (current == null) {
        lost++;
        return null;
      }
      current.lost(lost);
      lost = 0;
    }
    Lines lines = current;
    if (lines.begin(millis)) {
      return lines;
    }
    flush();
    return begin(millis);
  }

  /** Whether lines wait for a flush. */
  public boolean isWaiting() {
    return current != null && !current.isEmpty();
  }

  /** Hands on what waits. */
  public void flush() {
    if (isWaiting()) {
      Lines lines = current;
      current = null;
      long inThem = lines.size() + lines.lost();
      lines.offered();
      logger.callAppenders(lines);
      if (lines.isRefused()) { // logging has ended, or has not begun
        lost += inThem;
        lines.release();
      }
    }
  }
}
