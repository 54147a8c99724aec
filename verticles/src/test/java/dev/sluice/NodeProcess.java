package dev.sluice;

import static dev.sluice.Waiting.until;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A node in a JVM of its own: the shipped jar where the build has made it, else the class path. */
public final class NodeProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final Process process;
  private final Path ready;
  private final Path log;
  private final Map<String, String> announced = new HashMap<>();

  private NodeProcess(Process process, Path ready, Path log) {
    this.process = process;
    this.ready = ready;
    this.log = log;
  }

  /**
   * Starts one; {@link #awaitReady} waits for it.
   *
   * @param folder for its log and its ready file
   */
  static NodeProcess start(Path folder, String name, String roles, Map<String, String> environment)
      throws IOException {
    List<String> small = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1");
    return start(folder, name, roles, environment, small);
  }

  /**
   * A gateway alone, with routes.
   *
   * @param folder for its log and its ready file, with routes.yaml in it
   * @param options of its JVM
   */
  public static NodeProcess gateway(
      Servers servers, Path folder, Map<String, String> settings, String... options)
      throws Exception {
    Map<String, String> environment =
        TestNode.environment("postgresql://nobody", servers.redis().uri(), "127.0.0.1:1", Map.of());
    environment.put("SLUICE_LIMITS_TIERS_FREE_RATE", "0");
    environment.put("SLUICE_LIMITS_TIERS_FREE_BURST", "0");
    environment.put("SLUICE_EDGE_ROUTES_FILE", folder.resolve("routes.yaml").toString());
    environment.putAll(settings);
    return start(folder, "gateway", "edge", environment, List.of(options)).awaitReady();
  }

  private static NodeProcess start(
      Path folder, String name, String roles, Map<String, String> environment, List<String> options)
      throws IOException {
    String jar = System.getProperty("sluice.jar");
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(options);
    if (jar != null && Files.exists(Path.of(jar))) {
      command.addAll(List.of("-jar", jar));
    } else {
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.sluice.Main"));
    }
    command.addAll(List.of("--roles", roles));
    Path ready = folder.resolve(name + ".ready");
    Path log = folder.resolve(name + ".log");
    Files.deleteIfExists(ready);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.directory(folder.toFile());
    builder.environment().keySet().removeIf(key -> key.startsWith("SLUICE_"));
    builder.environment().putAll(environment);
    builder.environment().put("SLUICE_NODE_NAME", name);
    builder.environment().put("SLUICE_NODE_READY_FILE", ready.toString());
    builder
        .environment()
        .put("SLUICE_NODE_EXIT_WITH", Long.toString(ProcessHandle.current().pid()));
    return new NodeProcess(builder.start(), ready, log);
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  NodeProcess awaitReady() throws Exception {
    until(
        "the node is ready; its log: " + log,
        START_LIMIT,
        () -> {
          if (!process.isAlive()) {
            throw new IllegalStateException("it ended:\n" + Files.readString(log));
          }
          return Files.exists(ready);
        });
    for (String line : Files.readAllLines(ready)) {
      announced.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
    }
    return this;
  }

  /** What it wrote to its ready file: {@code rest}, {@code management}, {@code seconds}. */
  public String announced(String name) {
    return announced.get(name);
  }

  /** The id of the process. */
  public long pid() {
    return process.pid();
  }

  /** What it wrote. */
  public Path log() {
    return log;
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM; the exit status. */
  int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(40, TimeUnit.SECONDS)) {
      throw new IllegalStateException("it does not stop; its log: " + log);
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** A port that is free, as is the one membership watches with, 10,000 above. */
  static int clusterPort() throws IOException {
    for (int tries = 0; tries < 100; tries++) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 20_000);
      if (free(port) && free(port + 10_000)) {
        return port;
      }
    }
    throw new IOException("no free port found");
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
