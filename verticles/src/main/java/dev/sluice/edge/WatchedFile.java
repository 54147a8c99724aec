package dev.sluice.edge;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a file's time and size four times a second, and whether it is the same file, which works
 * on every file system and mount, unlike being told. Calls when one of these is another than before
 * and the same at two looks. A file that is away or empty changes nothing.
 */
final class WatchedFile {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);
  private static final long LOOK_MILLIS = 250;

  /**
   * What a file looked like from outside.
   *
   * @param key which file it is, null where that cannot be told: two files that were written before
   *     and are moved here one after the other may have the same time
   */
  private record Stamp(long modified, long size, Object key) {}

  private final Vertx vertx;
  private final Path file;
  private final Runnable changed;
  private Stamp looked;
  private Stamp seen;
  private volatile boolean closed;

  /**
   * @param changed called on a worker, never twice at once; the first time in any case, because the
   *     file may have changed since the start read it
   */
  WatchedFile(Vertx vertx, Path file, Runnable changed) {
    this.vertx = vertx;
    this.file = file;
    this.changed = changed;
  }

  void open() {
    lookLater();
  }

  void close() {
    closed = true;
  }

  /** One look after the other: a slow disk is not asked twice at once. */
  private void lookLater() {
    if (!closed) {
      vertx.setTimer(
          LOOK_MILLIS,
          now -> {
            if (closed) {
              return; // the workers may have gone
            }
            Future<Void> looked = vertx.executeBlocking(this::look);
            looked
                .onFailure(e -> LOG.error("{} could not be read again", file, e))
                .onComplete(done -> lookLater());
          });
    }
  }

  private synchronized Void look() {
    Stamp stamp = stamp();
    boolean still = stamp.equals(looked);
    looked = stamp;
    // Whoever writes it may be in the middle of that, and it is away between two versions.
    if (still && stamp.size() > 0 && !stamp.equals(seen)) {
      seen = stamp;
      changed.run();
    }
    return null;
  }

  private Stamp stamp() {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          found.lastModifiedTime().to(TimeUnit.NANOSECONDS), found.size(), found.fileKey());
    } catch (IOException e) {
      return new Stamp(0, -1, null); // away for a moment, or for good: reading it will tell
    }
  }
}
