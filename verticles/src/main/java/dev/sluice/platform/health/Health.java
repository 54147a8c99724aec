package dev.sluice.platform.health;

import dev.sluice.platform.time.Time;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * The health of this node. Starts unready with a check named {@code starting}, which {@link
 * #started} removes; {@link #setDraining} adds one named {@code draining} for good. Thread-safe.
 */
public final class Health implements AutoCloseable {

  private enum Phase {
    STARTING,
    STARTED,
    DRAINING,
    CLOSED
  }

  private final Vertx vertx;
  private final Context context;
  private final Time time;
  private final Duration timeout;
  private final Duration stale;
  private final long timer;
  private final List<Check> checks = new CopyOnWriteArrayList<>();
  private volatile Phase phase = Phase.STARTING;

  /** Begins to run what will be registered, on a context of its own. */
  public Health(Vertx vertx, HealthConfig config, Time time) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.time = time;
    this.timeout = config.timeout();
    // An answer this old means that checks are not run any more, for example on a blocked event
    // loop.
    this.stale = config.timeout().plus(config.interval().multipliedBy(5));
    this.timer = vertx.setPeriodic(config.interval().toMillis(), id -> checkNow());
  }

  /**
   * Adds a check and runs it. It is unhealthy until its first answer.
   *
   * @param name such as {@code postgres}
   * @param check starts the check; its future fails with the reason when unhealthy. Called on an
   *     event loop, one call at a time unless the last one did not answer within the timeout; then
   *     it is given up and asked anew.
   * @throws IllegalArgumentException if the name is taken
   */
  public void register(String name, Supplier<Future<Void>> check) {
    synchronized (checks) {
      if (checks.stream().anyMatch(c -> c.name().equals(name))) {
        throw new IllegalArgumentException("a health check called " + name + " is there already");
      }
      checks.add(new Check(name, check, time));
    }
    context.runOnContext(v -> checkNow());
  }

  /** Runs all checks now; completes, within the timeout of a check, with what they say. */
  public Future<Readiness> checkNow() {
    List<Future<Void>> runs = new ArrayList<>();
    for (Check check : checks) {
      runs.add(check.run(vertx, timeout));
    }
    return Future.all(runs).map(all -> ready());
  }

  /** Ends the starting phase: from now on the checks decide. */
  public void started() {
    move(Phase.STARTING, Phase.STARTED);
  }

  /** Makes this node unready for good: it is about to stop. */
  public synchronized void setDraining() {
    if (phase != Phase.CLOSED) {
      phase = Phase.DRAINING;
    }
  }

  /** Whether the process does its work at all; a node that is not should be killed. */
  public boolean live() {
    return phase != Phase.CLOSED;
  }

  /** What is known now. Does no I/O. */
  public Readiness ready() {
    List<CheckResult> results = new ArrayList<>();
    switch (phase) {
      case STARTING -> results.add(unhealthy("starting", "the node is starting"));
      case STARTED -> {}
      case DRAINING, CLOSED -> results.add(unhealthy("draining", "the node is stopping"));
    }
    for (Check check : checks) {
      results.add(check.result(stale));
    }
    return Readiness.of(results);
  }

  /** Ends the checks. */
  @Override
  public synchronized void close() {
    phase = Phase.CLOSED;
    vertx.cancelTimer(timer);
  }

  private synchronized void move(Phase from, Phase to) {
    if (phase == from) {
      phase = to;
    }
  }

  private static CheckResult unhealthy(String name, String detail) {
    return new CheckResult(name, HealthStatus.UNHEALTHY, detail, 0);
  }
}
