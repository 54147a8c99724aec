package dev.sluice.limiter;

import dev.sluice.limiter.Decision.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Offers requests to limiters from one event loop, as an edge does: {@code tryTake}, and {@code
 * take} where that cannot tell. Requests come in a batch every millisecond, as many as are due by
 * the clock, however late the timer is.
 */
final class Offerer extends VerticleBase {
  private static final long MILLI = 1_000_000L;

  /** One client's requests. */
  private record Load(Limiter limiter, String client, double perNano, Observed observed) {}

  /** What is offered at one time, and what came of it. */
  static final class Run {
    private final long start;
    private final long end;
    private final List<Load> loads = new ArrayList<>();
    private final Numbers late = new Numbers();
    private final Promise<Run> done = Promise.promise();
    private long sentUntil;
    private long undecided;
    private long lastTick;

    Run(long start, long end) {
      this.start = start;
      this.end = end;
      this.sentUntil = start;
    }

    void load(Limiter limiter, String client, double perSecond) {
      loads.add(new Load(limiter, client, perSecond / 1e9, new Observed()));
    }

    void write(DataOutputStream out) throws IOException {
      late.write(out);
      out.writeInt(loads.size());
      for (Load load : loads) {
        load.observed().write(out);
      }
    }

    private void tick(long now) {
      if (lastTick != 0) {
        late.add(Math.max(0, now - lastTick - MILLI));
      }
      lastTick = now;
      long until = Math.min(now, end);
      for (Load load : loads) {
        long many = due(load, until) - due(load, sentUntil);
        for (long i = 0; i < many; i++) {
          request(load);
        }
      }
      sentUntil = Math.max(sentUntil, until);
      finish();
    }

    private long due(Load load, long at) {
      return (long) (Math.max(0, at - start) * load.perNano());
    }

    private void request(Load load) {
      long asked = System.nanoTime();
      long left = load.limiter().tryTake(load.client(), 1);
      if (left != Limiter.ASK) {
        Outcome outcome = left >= 0 ? Outcome.ALLOWED : Outcome.DENIED;
        load.observed().decided(outcome, false, asked, System.nanoTime());
        return;
      }
      Future<Decision> decision = load.limiter().take(load.client(), 1);
      boolean parked = !decision.isComplete();
      undecided++;
      decision.onSuccess(
          decided -> {
            load.observed().decided(decided.outcome(), parked, asked, System.nanoTime());
            undecided--;
            finish();
          });
    }

    private void finish() {
      if (sentUntil >= end && undecided == 0) {
        boolean unused = done.tryComplete(this);
      }
    }
  }

  @Override
  public Future<?> start() {
    return Future.succeededFuture();
  }

  Future<Run> offer(Run run) {
    context.runOnContext(
        here ->
            vertx.setPeriodic(
                1,
                timer -> {
                  long now = System.nanoTime();
                  if (run.sentUntil >= run.end) {
                    vertx.cancelTimer(timer);
                  } else if (now >= run.start) {
                    run.tick(now);
                  }
                }));
    return run.done.future();
  }
}
