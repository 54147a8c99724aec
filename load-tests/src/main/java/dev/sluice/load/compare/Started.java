package dev.sluice.load.compare;

import dev.sluice.load.CpuTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server that was started for the comparison, with what it costs as the system sees it. */
public final class Started implements AutoCloseable {
  private static final int START_SECONDS = 90;
  private static final int END_SECONDS = 5;
  private static final int STOP_SECONDS = 40;
  private static final int LOOK_MILLIS = 5;

  private static final Pattern ALLOCATED = Pattern.compile(" allocated=(\\d+)([BKMG])");

  private final Process process;
  private final Path log;
  private final boolean isJava;

  private Started(Process process, Path log, boolean isJava) {
    this.process = process;
    this.log = log;
    this.isJava = isJava;
  }

  /**
   * @param log where all it says goes
   */
  public static Started start(Path log, Map<String, String> environment, List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .directory(log.getParent().toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
    builder.environment().putAll(environment);
    try {
      return new Started(builder.start(), log, command.get(0).endsWith("java"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.get(0), e);
    }
  }

  /** Waits until what is found in a file, or in its own log, and returns the first group. */
  public String await(Path file, Pattern pattern) {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    try {
      while (System.nanoTime() < limit) {
        Path read = file == null ? log : file;
        Matcher found = pattern.matcher(Files.exists(read) ? Files.readString(read) : "");
        if (found.find()) {
          return found.group(1);
        }
        if (process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
      throw new IllegalStateException("it did not start; " + log + ":\n" + Files.readString(log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Lets it run for a while, in which it must not end. */
  public void leave(long millis) throws InterruptedException {
    if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("it ended by itself with " + process.exitValue());
    }
  }

  /** Microseconds of CPU that it and its children have used so far, to within 10 ms each. */
  public long cpuMicros() {
    return all().mapToLong(CpuTime::micros).sum();
  }

  /** Bytes its threads have allocated so far, those that live; -1 if it is no JVM. */
  long allocated() throws IOException, InterruptedException {
    if (!isJava) {
      return -1;
    }
    Process asked =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                "Thread.print",
                "-e")
            .redirectErrorStream(true)
            .start();
    String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher each = ALLOCATED.matcher(said);
    long sum = 0;
    while (each.find()) {
      long unit =
          switch (each.group(2)) {
            case "K" -> 1L << 10;
            case "M" -> 1L << 20;
            case "G" -> 1L << 30;
            default -> 1;
          };
      sum += Long.parseLong(each.group(1)) * unit;
    }
    return asked.waitFor() == 0 ? sum : -1;
  }

  /** Bytes of memory in use, of it and its children. */
  public long resident() {
    return all().mapToLong(Started::residentOf).sum();
  }

  private Stream<Long> all() {
    return Stream.concat(Stream.of(process.pid()), process.descendants().map(ProcessHandle::pid));
  }

  private static long residentOf(long pid) {
    Matcher line = Pattern.compile("VmRSS:\\s+(\\d+) kB").matcher(read("/proc/" + pid + "/status"));
    return line.find() ? Long.parseLong(line.group(1)) * 1024 : 0;
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it in order, or by force when that takes too long. */
  public void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      close();
    }
  }

  /** Returns when it is gone, so that its files can be removed. */
  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly(); // first, or nginx would replace a worker that ended
    children.forEach(ProcessHandle::destroyForcibly);
    try {
      boolean gone = process.waitFor(END_SECONDS, TimeUnit.SECONDS);
      assert gone : "a process that was killed still runs";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
