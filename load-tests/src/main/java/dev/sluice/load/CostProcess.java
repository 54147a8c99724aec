package dev.sluice.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One of the JVMs of a measurement, seen from the one that measures. */
public final class CostProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader from;
  private final Writer to;
  private final int port;

  /**
   * Starts one and waits until it is ready.
   *
   * @param classes put before the class path; empty for none
   * @param java more options of the JVM
   * @param main says the port it listens on, then answers each line it hears with a line, and ends
   *     when it hears nothing more
   * @param args what that understands
   */
  public CostProcess(
      String classes,
      List<String> java,
      Map<String, String> environment,
      Class<?> main,
      String... args) {
    String path = System.getProperty("java.class.path");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(java);
    command.add("-cp");
    command.add(classes.isEmpty() ? path : classes + System.getProperty("path.separator") + path);
    command.add(main.getName());
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    from =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    to = process.outputWriter(StandardCharsets.UTF_8);
    port = Integer.parseInt(read());
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** Says a line and waits for the answer, a line too. */
  public String ask(String line) {
    try {
      to.write(line + "\n");
      to.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read();
  }

  /** Microseconds of CPU it has used so far, all its threads, to within 10 ms. */
  public long cpuMicros() {
    return CpuTime.micros(process.pid());
  }

  private String read() {
    try {
      String line = from.readLine();
      if (line == null) {
        throw new IllegalStateException("a process of the measurement ended; see above why");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** It ends by itself when it hears nothing more; a node would take its time to drain. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
