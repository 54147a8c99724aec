package dev.sluice.devstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One devstack a folder. The kernel drops the lock with the process, however it dies; the pid in
 * the file is only there to be told to people.
 */
final class DataLock implements AutoCloseable {

  private static final String FILE = "devstack.lock";

  private final Path folder;
  private final FileChannel channel;

  private DataLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Locks a folder, which is made if it is missing.
   *
   * @throws StartFailedException when another devstack has it, naming its pid
   */
  @SuppressWarnings("StreamResourceLeak")
  static DataLock acquire(Path folder) {
    try {
      Path real = Files.createDirectories(folder.toAbsolutePath()).toRealPath();
      Path file = real.resolve(FILE);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new StartFailedException(
            "a devstack already runs on "
                + real
                + " (pid "
                + Files.readString(file).strip()
                + "); stop it first");
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)),
          0);
      return new DataLock(real, channel);
    } catch (IOException e) {
      throw new StartFailedException("cannot use the data folder " + folder + ": " + e, e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException heldByThisJvm) {
      return false;
    }
  }

  /** The locked folder, absolute and without links. */
  Path folder() {
    return folder;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
