package dev.sluice.edge.guard;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the time and size of some files every so often, which works on every file system and
 * mount, and tells when one has changed and all have stayed as they are since the look before: who
 * writes two files that belong together is given the time to finish.
 */
final class FileWatch {
  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

  /**
   * @param key which file it is, null where that cannot be told
   */
  private record Stamp(long modified, long size, Object key) {}

  private final Vertx vertx;
  private final long everyMillis;
  private final List<Path> files;
  private final Runnable changed;
  private List<Stamp> told;
  private List<Stamp> last;
  private volatile boolean closed;

  /**
   * @param changed called on a worker, where it may block
   */
  FileWatch(Vertx vertx, long everyMillis, List<Path> files, Runnable changed) {
    this.vertx = vertx;
    this.everyMillis = everyMillis;
    this.files = files;
    this.changed = changed;
  }

  /** As they are now they are known; to be called before they are read. Blocks. */
  synchronized void seen() {
    told = stamps();
    last = told;
  }

  void open() {
    lookLater();
  }

  void close() {
    closed = true;
  }

  private void lookLater() {
    if (!closed) {
      vertx.setTimer(
          everyMillis,
          now -> {
            if (!closed) {
              vertx
                  .executeBlocking(this::look)
                  .onFailure(e -> LOG.error("looking at {} failed", files, e))
                  .onComplete(done -> lookLater());
            }
          });
    }
  }

  private synchronized Void look() {
    List<Stamp> now = stamps();
    boolean settled = now.equals(last);
    last = now;
    if (settled && !now.equals(told)) {
      told = now;
      changed.run();
    }
    return null;
  }

  private List<Stamp> stamps() {
    List<Stamp> stamps = new ArrayList<>();
    for (Path file : files) {
      try {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        stamps.add(
            new Stamp(
                found.lastModifiedTime().to(TimeUnit.NANOSECONDS), found.size(), found.fileKey()));
      } catch (IOException e) {
        stamps.add(new Stamp(0, -1, null)); // away for a moment, or for good: reading it will tell
      }
    }
    return stamps;
  }
}
