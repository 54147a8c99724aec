package dev.sluice.platform.health;

import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One check and its last answer. */
final class Check {

  private static final Logger LOG = LoggerFactory.getLogger(Health.class);
  private static final int MAX_DETAIL = 200;

  private final String name;
  private final Supplier<Future<Void>> ask;
  private final Time time;
  // The run that waits for its answer, null when there is none.
  private final AtomicReference<Promise<Void>> running = new AtomicReference<>();
  private volatile CheckResult last;
  private volatile long answeredAt;

  Check(String name, Supplier<Future<Void>> ask, Time time) {
    this.name = name;
    this.ask = ask;
    this.time = time;
    this.last = new CheckResult(name, HealthStatus.UNHEALTHY, "not checked yet", 0);
    this.answeredAt = time.nanos();
  }

  String name() {
    return name;
  }

  /** The last answer, or that there has been none for too long. */
  CheckResult result(Duration stale) {
    CheckResult result = last;
    Duration age = Duration.ofNanos(time.nanos() - answeredAt);
    return age.compareTo(stale) <= 0
        ? result
        : new CheckResult(
            name,
            HealthStatus.UNHEALTHY,
            "no answer for " + age.toMillis() + " ms",
            result.millis());
  }

  /**
   * Asks, unless it is being asked; never fails, and completes when the answer is noted or the
   * timeout is over.
   */
  Future<Void> run(Vertx vertx, Duration timeout) {
    Promise<Void> answer = Promise.promise();
    Promise<Void> asked = running.compareAndExchange(null, answer);
    if (asked != null) {
      return asked.future();
    }
    long start = time.nanos();
    long timer =
        vertx.setTimer(
            timeout.toMillis(),
            id -> note(answer, start, "no answer within " + timeout.toMillis() + " ms"));
    answered()
        .onComplete(
            answered -> {
              vertx.cancelTimer(timer);
              note(answer, start, answered.succeeded() ? "" : detail(answered.cause()));
            });
    return answer.future();
  }

  private Future<Void> answered() {
    try {
      Future<Void> future = ask.get();
      return future == null ? Future.failedFuture("the check gave no future") : future;
    } catch (RuntimeException thrown) {
      return Future.failedFuture(thrown);
    }
  }

  private void note(Promise<Void> answer, long start, String detail) {
    HealthStatus status = detail.isEmpty() ? HealthStatus.HEALTHY : HealthStatus.UNHEALTHY;
    CheckResult before;
    CheckResult now;
    synchronized (this) {
      if (running.get() != answer) {
        return; // given up before, at its timeout
      }
      long nanos = time.nanos();
      before = last;
      now = new CheckResult(name, status, detail, TimeUnit.NANOSECONDS.toMillis(nanos - start));
      last = now;
      answeredAt = nanos;
      running.set(null);
    }
    log(before, now);
    answer.complete();
  }

  private static void log(CheckResult before, CheckResult now) {
    if (before.status() != now.status()) {
      if (now.status() == HealthStatus.HEALTHY) {
        LOG.atInfo().addKeyValue("check", now.name()).log("check is healthy");
      } else {
        LOG.atWarn()
            .addKeyValue("check", now.name())
            .addKeyValue("detail", now.detail())
            .log("check is unhealthy");
      }
    }
  }

  private static String detail(Throwable cause) {
    String message = cause.getMessage();
    String detail =
        message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    String line = detail.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() <= MAX_DETAIL ? line : line.substring(0, MAX_DETAIL - 3) + "...";
  }
}
