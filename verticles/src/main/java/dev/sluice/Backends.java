package dev.sluice;

import dev.sluice.platform.db.Database;
import dev.sluice.platform.db.PostgresConfig;
import dev.sluice.platform.kafka.KafkaAdmin;
import dev.sluice.platform.kafka.KafkaConfig;
import dev.sluice.platform.kafka.Topics;
import dev.sluice.platform.lifecycle.Ground;
import dev.sluice.platform.lifecycle.Lifecycle;
import dev.sluice.platform.redis.RedisConfig;
import dev.sluice.platform.redis.RedisLine;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * The servers a node needs: waits for them at start, and watches them from then on. Which they are
 * follows from what it serves: rooms need PostgreSQL and Kafka, the edge needs Redis.
 */
final class Backends {
  private final Ground ground;
  private final Lifecycle lifecycle;

  Backends(Ground ground, Lifecycle lifecycle) {
    this.ground = ground;
    this.lifecycle = lifecycle;
  }

  Future<Void> open(boolean rooms, boolean edge) {
    List<Future<Void>> all = new ArrayList<>();
    if (rooms) {
      watchPostgres(); // each room's migrations wait for it
      all.add(openKafka());
    }
    if (edge) {
      watchRedis(); // it is not waited for: an edge without it is worse off, and works
    }
    return Future.all(all).mapEmpty();
  }

  private void watchPostgres() {
    Database database =
        new Database(ground.vertx(), ground.config().get(PostgresConfig.SECTION), "public");
    lifecycle.add("postgres check", database::close);
    ground.health().register("postgres", database::ping);
  }

  private Future<Void> openKafka() {
    return KafkaAdmin.open(ground.vertx(), ground.config().get(KafkaConfig.SECTION), ground.time())
        .compose(
            kafka -> {
              lifecycle.add("kafka check", kafka::close);
              ground.health().register("kafka", kafka::ping);
              return kafka.createTopics(Topics.ALL);
            });
  }

  /** A connection belongs to one event loop, so all calls of this one are made there. */
  private void watchRedis() {
    Context context = ground.vertx().getOrCreateContext();
    RedisLine redis = new RedisLine(ground.vertx(), ground.config().get(RedisConfig.SECTION));
    lifecycle.add("redis check", () -> on(context, () -> Future.succeededFuture(close(redis))));
    ground.health().register("redis", () -> on(context, redis::ping));
  }

  private static Void close(RedisLine redis) {
    redis.close();
    return null;
  }

  private static Future<Void> on(Context context, java.util.function.Supplier<Future<Void>> work) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(now -> work.get().onComplete(done));
    return done.future();
  }
}
