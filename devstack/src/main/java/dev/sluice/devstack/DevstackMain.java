package dev.sluice.devstack;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.ConsoleHandler;
import java.util.logging.FileHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * The program {@code java -jar sluice-devstack.jar --data DIR}: starts a devstack and keeps it
 * until SIGTERM, SIGINT or the end of the process it was told to follow.
 *
 * <p>Exit codes: 0 after the end of that process, 1 when it could not start, 2 on wrong usage;
 * after a signal those of the JVM (130, 143).
 */
public final class DevstackMain {

  private static final int STOP_LIMIT_S = 30;
  private static final int LOG_BYTES = 5_000_000;

  private DevstackMain() {}

  /** Runs until told to end; see the class. */
  @SuppressWarnings("SystemExitOutsideMain")
  public static void main(String[] arguments) {
    System.exit(run(arguments, System.getenv(), System.out, System.err));
  }

  private static int run(
      String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    DevstackOptions options;
    try {
      options = DevstackOptions.parse(arguments, environment);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.print(DevstackOptions.USAGE);
      return 2;
    }
    if (options.help()) {
      out.print(DevstackOptions.USAGE);
      return 0;
    }
    try {
      return keep(options, out);
    } catch (StartFailedException | IOException e) {
      err.println("devstack: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static int keep(DevstackOptions options, PrintStream out)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    if (options.exitWith().isPresent()) {
      Optional<ProcessHandle> leader = ProcessHandle.of(options.exitWith().get());
      if (leader.isEmpty()) {
        throw new StartFailedException(
            "--exit-with " + options.exitWith().get() + ": no such process");
      }
      var unused = leader.get().onExit().thenRun(end::countDown);
    }
    DataLock lock = DataLock.acquire(options.data());
    logTo(lock.folder().resolve("devstack.log"));
    Optional<Path> file = options.envFile().map(Path::toAbsolutePath);
    if (file.isPresent()) {
      Files.deleteIfExists(file.get());
    }
    Devstack stack =
        Devstack.start(
            lock,
            options.bind(),
            options.postgres(),
            options.redis(),
            options.kafka(),
            Optional.of(options.demo()),
            out::println);
    // From here a signal stops the servers in order. Before, it simply ends the JVM, and the
    // watchdogs do the rest.
    Thread onSignal =
        new Thread(
            () -> {
              end.countDown();
              try {
                if (!stopped.await(STOP_LIMIT_S, TimeUnit.SECONDS)) {
                  System.err.println("devstack: not stopped within " + STOP_LIMIT_S + " s");
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    try (stack) {
      Runtime.getRuntime().addShutdownHook(onSignal);
      if (file.isPresent()) {
        write(file.get(), stack.environment());
      }
      stack.environment().forEach((name, value) -> out.println(name + "=" + value));
      out.printf(Locale.ROOT, "devstack ready in %.1f s%n", (System.nanoTime() - begin) / 1e9);
      end.await();
      out.println("devstack stops");
    } finally {
      if (file.isPresent()) {
        Files.deleteIfExists(file.get());
      }
      stopped.countDown();
    }
    return 0;
  }

  private static void write(Path file, Map<String, String> environment) throws IOException {
    Files.createDirectories(file.getParent());
    Path fresh =
        Files.createTempFile(
            file.getParent(),
            file.getFileName().toString(),
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    StringBuilder lines = new StringBuilder();
    environment.forEach((name, value) -> lines.append(name).append('=').append(value).append('\n'));
    Files.writeString(fresh, lines);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  // Warnings of the servers in this JVM go to a file of bounded size, errors to stderr as well.
  private static void logTo(Path file) throws IOException {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(Level.WARNING);
    FileHandler all = new FileHandler(file.toString().replace("%", "%%"), LOG_BYTES, 1, true);
    all.setFormatter(new SimpleFormatter());
    root.addHandler(all);
    ConsoleHandler errors = new ConsoleHandler();
    errors.setLevel(Level.SEVERE);
    root.addHandler(errors);
  }
}
