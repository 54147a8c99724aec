package dev.sluice.load.compare;

import java.io.IOException;
import java.util.Locale;

/**
 * Runs that do not count, until they become no quicker. Compilers take their time, most of all with
 * few cores, and the longest for whoever has the most code: who is measured too early is measured
 * as several times as slow as it is.
 */
public final class Warming {
  /** How many runs at most, where it counts. */
  public static final int MOST = 30;

  private static final int LEAST = 10;
  private static final int NO_QUICKER = 4;
  private static final double QUICKER = 1.03;

  private Warming() {}

  /** A run, and what came of it. */
  public interface Run {
    double perSecond() throws IOException, InterruptedException;
  }

  /**
   * @param most runs there may be
   */
  public static void of(String what, int most, Run run) throws IOException, InterruptedException {
    double best = 0;
    int since = 0;
    for (int i = 1; i <= most && (i <= LEAST || since < NO_QUICKER); i++) {
      double now = run.perSecond();
      since = now > QUICKER * best ? 0 : since + 1;
      best = Math.max(now, best);
      say("warming %s: %,.0f a second", what, now);
    }
    if (since < NO_QUICKER) {
      say("warming %s: still becoming quicker after %d runs", what, most);
    }
  }

  private static void say(String format, Object... values) {
    System.err.println(String.format(Locale.ROOT, format, values));
  }
}
