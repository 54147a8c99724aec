package dev.sluice.load.compare;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of one comparison. It has a file that is locked as long as the comparison runs; the
 * kernel drops the lock with the process, however it dies. So a folder nobody holds is one that a
 * killed comparison left behind, and the next one removes it, with the servers that still work
 * there.
 */
final class RunFolder implements AutoCloseable {
  private static final String NAME = "sluice-compare";
  private static final String LOCK = "lock";

  private final Path path;
  private final FileChannel lock;

  private RunFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** One of the system's temporary folders. */
  static RunFolder make() throws IOException {
    return make(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * @param parent whose leftovers are removed
   */
  @SuppressWarnings("StreamResourceLeak")
  static RunFolder make(Path parent) throws IOException {
    removeLeftovers(parent);
    Path path = Files.createTempDirectory(parent, NAME);
    FileChannel lock =
        FileChannel.open(
            path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (lock.tryLock() == null) {
      throw new IOException(path + " is locked, though it is new");
    }
    // Only from now on it can be told from one that was left behind.
    lock.write(StandardCharsets.US_ASCII.encode("locked by the comparison that runs here\n"));
    return new RunFolder(path, lock);
  }

  Path path() {
    return path;
  }

  /** Removes it. */
  @Override
  public void close() throws IOException {
    try (lock) {
      remove(path);
    }
  }

  private static void removeLeftovers(Path parent) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, NAME + "*")) {
      for (Path one : all) {
        try {
          removeLeftover(one);
        } catch (IOException e) {
          System.err.println("sluice: cannot remove " + one + " of a killed comparison: " + e);
        }
      }
    }
  }

  private static void removeLeftover(Path folder) throws IOException {
    Path file = folder.resolve(LOCK);
    if (!Files.isWritable(file) || Files.size(file) == 0) {
      return; // somebody else's, or just being made
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      FileLock held = channel.tryLock();
      if (held != null) {
        inside(folder).forEach(ProcessHandle::destroyForcibly);
        remove(folder);
      }
    } catch (OverlappingFileLockException heldByThisJvm) {
      return;
    }
  }

  /** Servers work in their folder; those with a watch over them have ended with their JVM. */
  private static List<ProcessHandle> inside(Path folder) throws IOException {
    Path real = folder.toRealPath();
    return ProcessHandle.allProcesses().filter(process -> worksIn(process, real)).toList();
  }

  private static boolean worksIn(ProcessHandle process, Path folder) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd")).startsWith(folder);
    } catch (IOException notOursOrGone) {
      return false;
    }
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Path lock = folder.resolve(LOCK);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(lock) && !file.equals(folder)) {
          Files.deleteIfExists(file);
        }
      }
    }
    Files.deleteIfExists(lock); // last, because without it nobody would come back for the rest
    Files.deleteIfExists(folder);
  }
}
