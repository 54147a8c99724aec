package dev.sluice.load.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The end of the JVM by a signal, in the middle of a comparison. The servers are taken away then,
 * and whoever measures them fails; that is no failure to tell of.
 */
public final class Ending {
  /** Ctrl-C is heard by servers before the script that started this JVM tells it to end. */
  private static final long LATE_SECONDS = 2;

  private final CountDownLatch begun = new CountDownLatch(1);
  private final AtomicReference<Runnable> close = new AtomicReference<>();

  private Ending() {}

  /** What is done with servers, and what comes of it. */
  public interface Work<R> {
    R with(Servers servers) throws IOException, InterruptedException;
  }

  /**
   * Makes servers, and closes them after the work, or when the JVM is told to end.
   *
   * @param root of the repository, whose jars are built
   * @return empty if it was told to end; the script that was stopped says so
   */
  public static <R> Optional<R> during(Path root, Work<R> work)
      throws IOException, InterruptedException {
    Ending ending = new Ending();
    Runtime.getRuntime().addShutdownHook(new Thread(ending::tidy, "tidy"));
    try (Servers servers = new Servers(root)) {
      ending.closes(servers::close);
      return Optional.of(work.with(servers));
    } catch (IOException | InterruptedException | RuntimeException e) {
      if (ending.comes()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What to do when it comes: close what was opened. */
  private void closes(Runnable opened) {
    close.set(opened);
    if (begun.getCount() == 0) {
      throw new IllegalStateException("the comparison was ended before it began");
    }
  }

  private void tidy() {
    begun.countDown();
    Runnable opened = close.get();
    if (opened != null) {
      opened.run();
    }
  }

  /** Whether it has begun, or is about to. */
  private boolean comes() throws InterruptedException {
    return begun.await(LATE_SECONDS, TimeUnit.SECONDS);
  }
}
