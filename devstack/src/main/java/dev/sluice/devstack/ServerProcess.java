package dev.sluice.devstack;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * One run of a server as a child process in a session of its own, with its watchdog and its log
 * file.
 */
final class ServerProcess {

  private static final Duration POLL = Duration.ofMillis(15);
  private static final Duration DEATH = Duration.ofSeconds(10);
  private static final int TAIL = 20;

  private final String name;
  private final String stopSignal;
  private final Path log;
  private final Process process;
  private final Watchdog watchdog;
  private List<ProcessHandle> paused = List.of();

  private ServerProcess(String name, String stopSignal, Path log, Process process) {
    this.name = name;
    this.stopSignal = stopSignal;
    this.log = log;
    this.process = process;
    this.watchdog = Watchdog.over(process.pid(), stopSignal);
    var unused = process.onExit().thenRun(watchdog::over);
  }

  /**
   * Starts a command; it need not be ready when this returns.
   *
   * @param name for messages
   * @param stopSignal what stops it in order, like INT
   * @param log gets its output; the log of the run before is kept beside it, ending in .1
   */
  static ServerProcess start(String name, String stopSignal, Path log, List<String> command) {
    List<String> detached = new ArrayList<>(List.of("setsid"));
    detached.addAll(command);
    try {
      if (Files.exists(log)) {
        Files.move(
            log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
      }
      ProcessBuilder builder = new ProcessBuilder(detached).redirectErrorStream(true);
      builder.environment().put("LC_ALL", "C");
      Process process = builder.redirectOutput(Redirect.to(log.toFile())).start();
      process.getOutputStream().close();
      return new ServerProcess(name, stopSignal, log, process);
    } catch (IOException e) {
      throw new StartFailedException("cannot start " + name + ": " + e, e);
    }
  }

  /**
   * Waits until it is ready.
   *
   * @throws StartFailedException when it ended or the limit passed before; it has ended in both
   *     cases
   */
  void awaitReady(BooleanSupplier ready, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      while (!ready.getAsBoolean()) {
        if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new StartFailedException(
              name + " ended with " + process.exitValue() + " while starting" + tail());
        }
        if (System.nanoTime() > end) {
          kill();
          throw new StartFailedException(
              name + " was not ready within " + limit.toSeconds() + " s" + tail());
        }
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
      throw new StartFailedException("interrupted while starting " + name, e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Asks it to stop and waits; after the limit it is killed. */
  void stop(Duration limit) {
    resume();
    signal(stopSignal, List.of(process.toHandle()));
    if (gone(List.of(process.toHandle()), limit)) {
      // Gone from the machine is a moment before this JVM has noticed.
      process.onExit().join();
    } else {
      kill();
    }
  }

  /** SIGKILL to it and all its children; returns when they are gone. */
  void kill() {
    // Stopped first, so that it makes no child between the look and the kill.
    signal("STOP", List.of(process.toHandle()));
    List<ProcessHandle> all = tree();
    all.forEach(ProcessHandle::destroyForcibly);
    paused = List.of();
    if (!gone(all, DEATH)) {
      throw new IllegalStateException(name + " (pid " + process.pid() + ") did not die of SIGKILL");
    }
    process.onExit().join();
  }

  /** SIGSTOP to it and all its children: it keeps its connections and answers nothing. */
  void pause() {
    signal("STOP", List.of(process.toHandle()));
    paused = tree();
    watchdog.paused(paused.stream().map(ProcessHandle::pid).toList());
    signal("STOP", paused);
  }

  /** SIGCONT to what {@link #pause} stopped. */
  void resume() {
    if (!paused.isEmpty()) {
      signal("CONT", paused);
      paused = List.of();
      watchdog.paused(List.of());
    }
  }

  private List<ProcessHandle> tree() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  private String tail() {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      return "; "
          + log
          + " ends:\n"
          + String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
    } catch (IOException unreadable) {
      return "; no log in " + log;
    }
  }

  /** Sends a signal by its name; processes that are gone already are passed over. */
  static void signal(String signal, List<ProcessHandle> to) {
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "for p; do kill -" + signal + " $p; done", "kill"));
    to.forEach(handle -> command.add(Long.toString(handle.pid())));
    try {
      new ProcessBuilder(command)
          .redirectOutput(Redirect.DISCARD)
          .redirectError(Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new IllegalStateException("cannot send SIG" + signal, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the end of processes. False when the limit passed before. */
  static boolean gone(List<ProcessHandle> processes, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    boolean interrupted = false;
    try {
      for (ProcessHandle one : processes) {
        while (runs(one)) {
          if (System.nanoTime() > end) {
            return false;
          }
          try {
            one.onExit().get(POLL.toMillis(), TimeUnit.MILLISECONDS);
          } catch (InterruptedException e) {
            interrupted = true;
          } catch (java.util.concurrent.TimeoutException notYet) {
            // Looks again.
          } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
          }
        }
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // An orphan whose new parent never collects it (a container without an init) stays in the table
  // as a zombie.
  private static boolean runs(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException gone) {
      return false;
    }
  }
}
