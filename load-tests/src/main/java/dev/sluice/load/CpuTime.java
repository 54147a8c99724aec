package dev.sluice.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The CPU time of other processes, as Linux counts it. */
public final class CpuTime {
  private static final long TICKS_A_SECOND = 100; // USER_HZ, which Linux never changed
  // Counted from after the name, see proc(5).
  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;
  private static final int USER_TIME_OF_ENDED_CHILDREN = 13;
  private static final int SYSTEM_TIME_OF_ENDED_CHILDREN = 14;

  private CpuTime() {}

  /** Microseconds that a process has used so far, all its threads, to within 10 ms. */
  public static long micros(long pid) {
    try {
      return sum(stat(pid), USER_TIME, SYSTEM_TIME);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What a process and its children have used so far, also those that have ended, as they come and
   * go in PostgreSQL. To within 10 ms each; what a child that ends at this moment has used may be
   * missing.
   */
  public static long microsOfFamily(long pid) {
    try {
      long sum =
          sum(
              stat(pid),
              USER_TIME,
              SYSTEM_TIME,
              USER_TIME_OF_ENDED_CHILDREN,
              SYSTEM_TIME_OF_ENDED_CHILDREN);
      for (ProcessHandle child : ProcessHandle.of(pid).orElseThrow().children().toList()) {
        sum += ofAny(child.pid());
      }
      return sum;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long ofAny(long pid) {
    try {
      return sum(stat(pid), USER_TIME, SYSTEM_TIME);
    } catch (IOException hasEnded) {
      return 0;
    }
  }

  private static String[] stat(long pid) throws IOException {
    Path file = Path.of("/proc", Long.toString(pid), "stat");
    String stat = Files.readString(file, StandardCharsets.ISO_8859_1); // a name may be anything
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
  }

  private static long sum(String[] fields, int... which) {
    long ticks = 0;
    for (int field : which) {
      ticks += Long.parseLong(fields[field]);
    }
    return ticks * TimeUnit.SECONDS.toMicros(1) / TICKS_A_SECOND;
  }
}
