package dev.sluice.load.simulation;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hears what Gatling prints, which is a screen a second, and says of it how far the run is. What
 * did not hold is kept.
 */
final class Listening extends OutputStream {
  private static final Pattern ELAPSED = Pattern.compile("(\\d+)s elapsed");
  private static final Pattern GLOBAL =
      Pattern.compile("^> Global\\s*\\|\\s*([\\d,]+)\\s*\\|\\s*([\\d,]+|-)\\s*\\|\\s*([\\d,]+|-)");
  private static final Pattern FALSE =
      Pattern.compile("^(.*\\S)\\s*: false \\((?:actual : )?(.*)\\)\\s*$");
  private static final int EVERY = 10;

  private final PrintStream out;
  private final boolean terminal;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final List<String> broken = new ArrayList<>();
  private String elapsed = "0";
  private int next = EVERY;

  /**
   * @param out where it says it
   * @param terminal whether a line may be written over
   */
  Listening(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** What did not hold, with what was seen instead. */
  synchronized List<String> broken() {
    return List.copyOf(broken);
  }

  @Override
  public synchronized void write(int b) {
    if (b == '\n') {
      hear(line.toString(StandardCharsets.UTF_8));
      line.reset();
    } else {
      line.write(b);
    }
  }

  private void hear(String text) {
    Matcher matcher = ELAPSED.matcher(text);
    if (matcher.find()) {
      elapsed = matcher.group(1);
      return;
    }
    matcher = GLOBAL.matcher(text);
    if (matcher.find()) {
      progress(matcher.group(1), matcher.group(3));
      return;
    }
    matcher = FALSE.matcher(text);
    if (matcher.find()) {
      broken.add(matcher.group(1) + "; it is " + matcher.group(2));
    }
  }

  private void progress(String requests, String failed) {
    String said = elapsed + " s: " + requests + " requests, " + failed + " not ok";
    if (terminal) {
      out.print("\r\033[K" + said);
      out.flush();
    } else if (Integer.parseInt(elapsed) >= next) {
      out.println(said);
      next = Integer.parseInt(elapsed) + EVERY;
    }
  }

  /** Makes room on a terminal for the next line. */
  @Override
  public void close() {
    if (terminal) {
      out.print("\r\033[K");
      out.flush();
    }
  }
}
