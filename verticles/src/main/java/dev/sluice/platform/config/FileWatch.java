package dev.sluice.platform.config;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every so often at the time and size of files of configuration, and whether they are the
 * same files, which works on every file system and mount, unlike being told. It tells when one of
 * them is another than before and all have been as they are for two looks: who writes two files
 * that belong together is given the time to finish, as is who is in the middle of one.
 *
 * <p>While one of them is away or empty nothing is told. That was an accident, or is the moment
 * between two versions; the log says it once. Thread-safe.
 */
public final class FileWatch {
  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

  /**
   * What a file looks like from outside.
   *
   * @param size below 0 if it is away
   * @param key which file it is, null where that cannot be told: two files that were written before
   *     and are moved here one after the other may have the same time
   */
  private record Stamp(long modified, long size, Object key) {}

  private final Vertx vertx;
  private final Duration every;
  private final List<Path> files;
  private final Runnable changed;
  private final Set<Path> there = new HashSet<>();
  private List<Stamp> told = List.of();
  private List<Stamp> looked = List.of();
  private volatile boolean closed;

  /**
   * @param every the time from one look to the next, at least a millisecond
   * @param changed called on a worker, where it may block, never twice at once
   */
  public FileWatch(Vertx vertx, Duration every, List<Path> files, Runnable changed) {
    this.vertx = vertx;
    this.every = every;
    this.files = List.copyOf(files);
    this.changed = changed;
  }

  /**
   * As they are now they are known; to be called before they are read. Without it they are told
   * once in any case, because they may have changed since the start read them. Blocks.
   */
  public synchronized void seen() {
    told = stamps();
    looked = told;
    areThere(told);
  }

  /** Begins to look. */
  public void open() {
    lookLater();
  }

  /** Looks no more; a look that has begun is finished. */
  public void close() {
    closed = true;
  }

  /** One look after the other: a slow disk is not asked twice at once. */
  private void lookLater() {
    if (!closed) {
      vertx.setTimer(
          every.toMillis(),
          now -> {
            if (closed) {
              return; // the workers may have gone
            }
            vertx
                .executeBlocking(this::look)
                .onFailure(e -> LOG.error("{} could not be read again", files, e))
                .onComplete(done -> lookLater());
          });
    }
  }

  synchronized Void look() {
    List<Stamp> now = stamps();
    boolean rested = now.equals(looked);
    looked = now;
    if (rested && areThere(now) && !now.equals(told)) {
      told = now;
      changed.run();
    }
    return null;
  }

  /** Whether all can be read; says once of each that it cannot be any more. */
  private boolean areThere(List<Stamp> stamps) {
    boolean all = true;
    for (int i = 0; i < stamps.size(); i++) {
      Path file = files.get(i);
      long size = stamps.get(i).size();
      if (size > 0) {
        there.add(file);
        continue;
      }
      all = false;
      if (there.remove(file)) {
        String how = size == 0 ? "empty" : "not there any more";
        LOG.warn("{} is {}; what was read of it stays", file, how);
      }
    }
    return all;
  }

  private List<Stamp> stamps() {
    List<Stamp> stamps = new ArrayList<>(files.size());
    for (Path file : files) {
      stamps.add(stamp(file));
    }
    return stamps;
  }

  private static Stamp stamp(Path file) {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          found.lastModifiedTime().to(TimeUnit.NANOSECONDS), found.size(), found.fileKey());
    } catch (IOException e) {
      return new Stamp(0, -1, null);
    }
  }
}
