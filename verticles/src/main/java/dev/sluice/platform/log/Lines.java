package dev.sluice.platform.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;

/** Lines of a {@link LineLog} on their way: one event to Logback. */
public final class Lines extends LoggingEvent {
  private static final int MOST = 128;

  // Where it is.
  private static final int FREE = 0;
  private static final int OFFERED = 1;
  private static final int TAKEN = 2;

  private final Form form;
  private final Queue<Lines> free;
  private final String[] texts;
  private final long[] numbers;
  private final long[] millis = new long[MOST];
  private int size;
  private int text;
  private int number;
  private long lost;
  private final AtomicInteger where = new AtomicInteger(FREE);

  /** What all lines of a log have in common. */
  record Form(String logger, String message, List<String> texts, List<String> numbers) {}

  /**
   * @param free where it goes when it has been written
   */
  Lines(Form form, Queue<Lines> free) {
    this.form = form;
    this.free = free;
    this.texts = new String[MOST * form.texts().size()];
    this.numbers = new long[MOST * form.numbers().size()];
    setLoggerName(form.logger());
    setLevel(Level.INFO);
    setMessage(form.message());
  }

  /** False if it is full. */
  boolean begin(long now) {
    if (size == MOST) {
      return false;
    }
    text = size * form.texts().size();
    number = size * form.numbers().size();
    millis[size++] = now;
    return true;
  }

  /** The next text of the line; null for none. */
  public Lines text(String value) {
    texts[text++] = value;
    return this;
  }

  /** The next number of the line. */
  public Lines number(long value) {
    numbers[number++] = value;
    return this;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** How many lines found no room before these. */
  long lost() {
    return lost;
  }

  void lost(long count) {
    lost = count;
  }

  Form form() {
    return form;
  }

  long millis(int line) {
    return millis[line];
  }

  String text(int line, int field) {
    return texts[line * form.texts().size() + field];
  }

  long number(int line, int field) {
    return numbers[line * form.numbers().size() + field];
  }

  /** To whoever writes lines. */
  void offered() {
    where.set(OFFERED);
  }

  /** Somebody will write it, and release it then. */
  void take() {
    where.set(TAKEN);
  }

  /** Whether nobody took it. */
  boolean isRefused() {
    return where.get() == OFFERED;
  }

  /** It has been written, or will not be. */
  void release() {
    if (where.getAndSet(FREE) == FREE) {
      return;
    }
    Arrays.fill(texts, null);
    size = 0;
    text = 0;
    number = 0;
    lost = 0;
    free.add(this);
  }

  /** Nothing of the thread is asked for later. */
  @Override
  public void prepareForDeferredProcessing() {}

  @Override
  public Map<String, String> getMDCPropertyMap() {
    return Map.of();
  }
}
