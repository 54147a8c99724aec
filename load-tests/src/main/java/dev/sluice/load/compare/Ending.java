package dev.sluice.load.compare;

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

  /** Listens from now on. */
  public static Ending listen() {
    Ending ending = new Ending();
    Runtime.getRuntime().addShutdownHook(new Thread(ending::tidy, "tidy"));
    return ending;
  }

  /** What to do when it comes: close what was opened. */
  public void closes(Runnable opened) {
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
  public boolean comes() throws InterruptedException {
    return begun.await(LATE_SECONDS, TimeUnit.SECONDS);
  }
}
