package dev.sluice.load;

import dev.sluice.limiter.Decision.Outcome;
import dev.sluice.limiter.Limiter;
import dev.sluice.limiter.Policy;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * How often the limiter asks Redis for a request, when requests of many clients come one after the
 * other: each client is under its limit, and asks rarely.
 */
final class RoundTrips {
  private static final int CLIENTS = 10_000;
  private static final int A_SECOND = 20_000;
  private static final long SECONDS = 10;
  private static final long SEED = 1;

  private final LimitedNode node;
  private final Limiter limiter;
  private final String[] clients = LimitedNode.clients(CLIENTS);
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Promise<Void> done = Promise.promise();
  private long sent;
  private long waited;
  private long allowed;
  private long decided;

  private RoundTrips(LimitedNode node) {
    this.node = node;
    this.limiter = node.of(Policy.perSecond("standard", 10, 20));
  }

  /** Measures, and says it in a sentence. */
  static String measured() throws IOException {
    try (LimitedNode node = LimitedNode.start()) {
      return new RoundTrips(node).run();
    }
  }

  private String run() throws IOException {
    double cpu = node.redisCpuSeconds();
    long start = System.nanoTime();
    node.vertx().runOnContext(here -> node.vertx().setPeriodic(1, timer -> tick(timer, start)));
    LimitedNode.wait(done.future());
    double seconds = (System.nanoTime() - start) / 1e9;
    long flushes = node.meters().get("limiter.flush").timer().count();
    return String.format(
        Locale.ROOT,
        "%,d requests a second of %,d clients, on one node for %d s: %.4f round trips to Redis a"
            + " request, with %.1f buckets each; %.1f %% of the requests waited for one, %.1f %%"
            + " were let through; Redis used %.0f %% of a core.%n",
        A_SECOND,
        CLIENTS,
        SECONDS,
        flushes / (double) sent,
        node.meters().get("limiter.flush.buckets").summary().mean(),
        100.0 * waited / sent,
        100.0 * allowed / sent,
        100 * (node.redisCpuSeconds() - cpu) / seconds);
  }

  private void tick(long timer, long start) {
    long passed = Math.min(System.nanoTime() - start, TimeUnit.SECONDS.toNanos(SECONDS));
    for (long due = passed * A_SECOND / TimeUnit.SECONDS.toNanos(1); sent < due; sent++) {
      request(clients[random.nextInt(CLIENTS)]);
    }
    if (sent == SECONDS * A_SECOND && decided == sent) {
      node.vertx().cancelTimer(timer);
      done.complete();
    }
  }

  private void request(String client) {
    long left = limiter.tryTake(client, 1);
    if (left != Limiter.ASK) {
      decided(left >= 0);
      return;
    }
    var decision = limiter.take(client, 1);
    waited += decision.isComplete() ? 0 : 1;
    decision.onSuccess(said -> decided(said.outcome() == Outcome.ALLOWED));
  }

  private void decided(boolean yes) {
    decided++;
    allowed += yes ? 1 : 0;
  }
}
