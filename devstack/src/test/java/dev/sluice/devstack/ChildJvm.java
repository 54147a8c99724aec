package dev.sluice.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A program of the test class path in a JVM of its own, its output in a file; killed with its
 * children when closed.
 */
final class ChildJvm implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(40);

  private final Process process;
  private final Path output;

  private ChildJvm(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  static ChildJvm start(Path output, Class<?> program, String... arguments) throws IOException {
    return start(
        output, List.of(), System.getProperty("java.class.path"), Map.of(), program, arguments);
  }

  static ChildJvm start(
      Path output,
      List<String> prefix,
      String classPath,
      Map<String, String> environment,
      Class<?> program,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            classPath,
            program.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("SLUICE_DEVSTACK_") && name.endsWith("_PORT"));
    builder.environment().putAll(environment);
    return new ChildJvm(builder.start(), output);
  }

  /** DevstackMain on free ports, with an env file {@code env} in its folder. */
  static ChildJvm devstack(Path folder, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(devstackArguments(folder));
    arguments.addAll(List.of(more));
    Path output = Files.createTempFile("devstack", ".out");
    return start(output, DevstackMain.class, arguments.toArray(String[]::new));
  }

  static List<String> devstackArguments(Path folder) {
    return List.of(
        "--data",
        folder.toString(),
        "--postgres-port",
        "0",
        "--redis-port",
        "0",
        "--kafka-port",
        "0",
        "--demo-port",
        "0",
        "--env-file",
        folder.resolve("env").toString());
  }

  long pid() {
    return process.pid();
  }

  String output() throws IOException {
    return Files.readString(output);
  }

  /** Waits for something while the program runs; fails with its output when it ends before. */
  void await(BooleanSupplier something) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!something.getAsBoolean()) {
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        fail("ended with %d: %s", process.exitValue(), output());
      }
      assertThat(System.nanoTime()).as(output()).isLessThan(end);
    }
  }

  /** Waits for its end and gives its exit code. */
  int exitCode() throws Exception {
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as(output()).isTrue();
    return process.exitValue();
  }

  /** Everything it started: servers, their children, watchdogs. */
  List<ProcessHandle> family() {
    return process.descendants().toList();
  }

  void terminate() {
    process.destroy();
  }

  /** SIGKILL to the JVM alone. */
  void kill() throws Exception {
    process.destroyForcibly();
    exitCode();
  }

  @Override
  public void close() throws IOException {
    Stream.concat(process.descendants(), Stream.of(process.toHandle()))
        .toList()
        .forEach(ProcessHandle::destroyForcibly);
    Files.deleteIfExists(output);
  }
}
