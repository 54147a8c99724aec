package dev.sluice.devstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Stops what a killed run left behind. The servers work in their data folder, so whoever runs the
 * program of that name there is such a leftover, whatever a stale pid file says.
 */
final class Leftovers {

  private static final Duration IN_ORDER = Duration.ofSeconds(5);
  private static final Duration BY_FORCE = Duration.ofSeconds(5);

  private Leftovers() {}

  /**
   * Returns when no process of this program works in the folder any more.
   *
   * @throws StartFailedException when one does not die
   */
  static void stop(String program, Path folder, String signal) {
    List<ProcessHandle> left = in(folder, program);
    if (left.isEmpty()) {
      return;
    }
    ServerProcess.signal("CONT", left);
    ServerProcess.signal(signal, left);
    if (!ServerProcess.gone(left, IN_ORDER)) {
      left.forEach(ProcessHandle::destroyForcibly);
      if (!ServerProcess.gone(left, BY_FORCE)) {
        throw new StartFailedException(
            program
                + " of an earlier run still works in "
                + folder
                + " as pid "
                + left.get(0).pid());
      }
    }
  }

  private static List<ProcessHandle> in(Path folder, String program) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().command().orElse("").endsWith("/" + program))
        .filter(process -> worksIn(process, folder))
        .toList();
  }

  private static boolean worksIn(ProcessHandle process, Path folder) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"))
          .equals(folder.toRealPath());
    } catch (IOException notOursOrGone) {
      return false;
    }
  }
}
