package dev.sluice.limiter;

import static dev.sluice.Waiting.await;

import dev.sluice.limiter.RedisLimiter.LocalBuckets;
import dev.sluice.platform.redis.RedisConfig;
import dev.sluice.platform.redis.RedisLine;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Limiters as the edges of one node have them: one an event loop, the local buckets shared. */
final class Fronts {
  private final Vertx vertx = Vertx.vertx();
  private final List<Front> all = new ArrayList<>();

  Fronts(String uri, int loops) throws Exception {
    RedisConfig config =
        new RedisConfig(uri, Duration.ofMillis(250), 5, Duration.ofMillis(500), 2048);
    LocalBuckets local = new LocalBuckets(Time.system());
    for (int i = 0; i < loops; i++) {
      Front front = new Front(config, local);
      await(vertx.deployVerticle(front));
      all.add(front);
    }
  }

  int loops() {
    return all.size();
  }

  /** Takes on one of the loops, and waits for the decision. */
  Decision take(int loop, Policy policy, String client, int cost) throws Exception {
    return await(taking(loop, policy, client, cost));
  }

  /** Takes on one of the loops. */
  Future<Decision> taking(int loop, Policy policy, String client, int cost) {
    Front front = all.get(loop % all.size());
    return front.onLoop(() -> front.limiter.take(policy, client, cost));
  }

  /** Asks Redis something else. */
  Response ask(Command command, String... arguments) throws Exception {
    Request request = Request.cmd(command);
    for (String argument : arguments) {
      request.arg(argument);
    }
    Front front = all.get(0);
    return await(front.onLoop(() -> front.line.send(request)));
  }

  void close() throws Exception {
    await(vertx.close());
  }

  private static final class Front extends VerticleBase {
    private final RedisConfig config;
    private final LocalBuckets local;
    private RedisLine line;
    private RedisLimiter limiter;

    private Front(RedisConfig config, LocalBuckets local) {
      this.config = config;
      this.local = local;
    }

    @Override
    public Future<?> start() {
      line = new RedisLine(vertx, config);
      limiter = new RedisLimiter(line, Time.system(), local);
      return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
      line.close();
      return Future.succeededFuture();
    }

    private <T> Future<T> onLoop(Callable<Future<T>> call) {
      Promise<T> done = Promise.promise();
      context.runOnContext(
          now -> {
            try {
              call.call().onComplete(done);
            } catch (Exception e) {
              done.fail(e);
            }
          });
      return done.future();
    }
  }
}
