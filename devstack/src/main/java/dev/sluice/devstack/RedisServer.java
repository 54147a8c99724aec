package dev.sluice.devstack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Redis 6.2 as a child process, without a password. Every write is in the append-only file before
 * it is answered, so it survives {@link #kill}; only a crash of the machine can take the last
 * second.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class RedisServer implements AutoCloseable {

  private static final String PROGRAM = "redis-server";
  private static final String STOP_SIGNAL = "TERM";
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final int ANSWER_LIMIT_MS = 500;

  private final Path folder;
  private final Path data;
  private final Path program;
  private final String host;
  private final int port;
  private ServerProcess process;

  private RedisServer(Path folder, String host, int port) {
    this.folder = folder;
    this.data = folder.resolve("data");
    this.program = Binaries.cached().redis();
    this.host = host;
    this.port = port;
  }

  /**
   * Starts on 127.0.0.1 and returns when it answers, its data loaded.
   *
   * @param dataDir its folder, made if missing; a leftover of a killed run in it is stopped first
   * @param port TCP port; 0 for any free one
   * @throws PortTakenException when the port is taken
   * @throws StartFailedException when it ended, or was not ready within 30 s
   */
  public static RedisServer start(Path dataDir, int port) {
    return start(dataDir, "127.0.0.1", PortChoice.exactly(port, "the port given"));
  }

  static RedisServer start(Path dataDir, String host, PortChoice choice) {
    try {
      Path folder = Files.createDirectories(dataDir.toAbsolutePath()).toRealPath();
      stopLeftover(folder);
      Files.createDirectories(folder.resolve("data"));
      return choice.start(
          host,
          port -> {
            RedisServer server = new RedisServer(folder, host, port);
            server.start();
            return server;
          });
    } catch (IOException e) {
      throw new StartFailedException("cannot prepare Redis in " + dataDir + ": " + e, e);
    }
  }

  /** Stops what runs on the folder of a killed run; no effect when nothing does. */
  static void stopLeftover(Path dataDir) {
    Leftovers.stop(PROGRAM, dataDir.resolve("data"), STOP_SIGNAL);
  }

  /** The TCP port it listens on, the same over stop and start. */
  public int port() {
    return port;
  }

  /** {@code redis://127.0.0.1:16379}. */
  public String uri() {
    return "redis://" + host + ":" + port;
  }

  /**
   * Starts it again after {@link #stop} or {@link #kill}, on the same port and data. No effect
   * while it runs.
   *
   * @throws StartFailedException as at first
   */
  public void start() {
    if (process != null && process.isAlive()) {
      return;
    }
    stopLeftover(folder);
    PortChoice.exactly(port, "the port of Redis").pick(host);
    process = ServerProcess.start("Redis", STOP_SIGNAL, folder.resolve("redis.log"), command());
    process.awaitReady(this::ready, START_LIMIT);
  }

  /** Connections are cut. Returns when it has ended. */
  public void stop() {
    if (process != null && process.isAlive()) {
      process.stop(STOP_LIMIT);
    }
  }

  /** SIGKILL. Returns when it is gone. */
  public void kill() {
    process.kill();
  }

  /** SIGSTOP: connections stay open and are accepted, nothing is answered until {@link #resume}. */
  public void pause() {
    process.pause();
  }

  /** Lets it go on after {@link #pause}. */
  public void resume() {
    process.resume();
  }

  @Override
  public void close() {
    stop();
  }

  private List<String> command() {
    return List.of(
        program.toString(),
        "--bind",
        host,
        "--port",
        Integer.toString(port),
        "--protected-mode",
        "no",
        "--dir",
        data.toString(),
        "--appendonly",
        "yes",
        "--appendfsync",
        "everysec",
        "--save",
        "");
  }

  // PING; while it loads its data it answers an error, while it does not listen yet nobody answers.
  private boolean ready() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), ANSWER_LIMIT_MS);
      socket.setSoTimeout(ANSWER_LIMIT_MS);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII)
          .equals("+PONG");
    } catch (IOException notYet) {
      return false;
    }
  }
}
