package dev.sluice;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The process this node was started for and is to end with. It is looked at every now and then: the
 * JVM's own way of waiting takes one that was killed for alive until its parent has collected it,
 * and in a container whose first process collects nobody that is for ever.
 */
final class Leader {
  private static final long LOOK_MILLIS = 500;

  private final long id;
  private final Optional<Instant> began; // another process may get the id

  Leader(long id) {
    this.id = id;
    this.began = began();
  }

  private Optional<Instant> began() {
    return ProcessHandle.of(id).flatMap(process -> process.info().startInstant());
  }

  boolean isGone() {
    return ProcessHandle.of(id).isEmpty() || !began().equals(began) || isUncollected();
  }

  /** Linux keeps a line for who has ended and was not asked for how; others look the same to us. */
  private boolean isUncollected() {
    try {
      Path stat = Path.of("/proc", Long.toString(id), "stat");
      String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
      return line.startsWith("Z", line.lastIndexOf(')') + 2); // the name before may be anything
    } catch (IOException unknown) {
      return false;
    }
  }

  /** Runs it once the process is gone, at once if it is already. */
  void whenGone(Runnable then) {
    if (isGone()) {
      then.run();
    } else {
      CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS)
          .execute(() -> whenGone(then));
    }
  }
}
