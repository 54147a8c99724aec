package dev.sluice.devstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Ends a child when this JVM dies, SIGKILL included.
 *
 * <p>A small shell reads a pipe whose other end only this JVM holds. The word "over" tells it that
 * the child is gone and lets it leave. The end of the pipe without that word means that the JVM
 * died: then it wakes what was paused, asks the child to stop and, after five seconds, kills it.
 * The shell has a session of its own, so that a signal to the JVM's process group does not take it
 * along.
 */
final class Watchdog {

  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      paused=
      while read -r word rest; do
        case $word in
          over) exit 0 ;;
          paused) paused=$rest ;;
        esac
      done
      for one in $paused; do kill -CONT "$one"; done
      kill -s "$2" "$1"
      for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
        kill -0 "$1" || exit 0
        sleep 0.2 || sleep 1
      done
      kill -KILL "$1"
      """;

  private final Process shell;
  private final Writer pipe;

  private Watchdog(Process shell) {
    this.shell = shell;
    this.pipe = shell.outputWriter(StandardCharsets.US_ASCII);
  }

  /**
   * Watches over a child.
   *
   * @param pid the child
   * @param signal what stops it in order, like INT
   */
  static Watchdog over(long pid, String signal) {
    try {
      return new Watchdog(
          new ProcessBuilder(
                  "setsid", "sh", "-c", SCRIPT, "devstack-watchdog", Long.toString(pid), signal)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new StartFailedException("cannot start the watchdog of process " + pid + ": " + e, e);
    }
  }

  /** Tells which processes will not hear a signal until they are woken. Empty when all do. */
  void paused(List<Long> pids) {
    say("paused " + pids.stream().map(String::valueOf).collect(Collectors.joining(" ")));
  }

  /** The child is gone; nothing to watch any more. Safe to call twice. */
  void over() {
    if (shell.isAlive()) {
      say("over");
    }
  }

  private synchronized void say(String line) {
    try {
      pipe.write(line + "\n");
      pipe.flush();
    } catch (IOException e) {
      if (shell.isAlive()) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
