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
  private static final int USER_TIME = 11; // counted from after the name, see proc(5)
  private static final int SYSTEM_TIME = 12;

  private CpuTime() {}

  /** Microseconds that a process has used so far, all its threads, to within 10 ms. */
  public static long micros(long pid) {
    try {
      Path file = Path.of("/proc", Long.toString(pid), "stat");
      String stat = Files.readString(file, StandardCharsets.ISO_8859_1); // a name may be anything
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
      return ticks * TimeUnit.SECONDS.toMicros(1) / TICKS_A_SECOND;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
