package dev.sluice;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * How tests wait: for a future, or until something holds; always with a limit, never for a fixed
 * time.
 */
public final class Waiting {
  private static final long LIMIT_SECONDS = 60;
  private static final long LOOK_MILLIS = 20;

  private Waiting() {}

  /** The result of the future, which must come within a minute. */
  public static <T> T await(Future<T> future) throws Exception {
    try {
      return future.toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** The failure of the future, which must come within a minute. */
  public static Throwable awaitFailure(Future<?> future) throws Exception {
    return await(future.transform(done -> Future.succeededFuture(done.cause())));
  }

  /** Looks until it holds, and fails naming {@code what} when it does not within the limit. */
  public static void until(String what, Duration limit, Condition condition) throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new TimeoutException("not within " + limit + ": " + what);
      }
      CompletableFuture.runAsync(
              () -> {}, CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS))
          .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** How long the call took until its future was complete, succeeded or not. */
  public static Duration time(Supplier<Future<?>> call) throws Exception {
    long begun = System.nanoTime();
    Throwable ignored = awaitFailure(call.get());
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** Something that is or is not so. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws Exception;
  }
}
