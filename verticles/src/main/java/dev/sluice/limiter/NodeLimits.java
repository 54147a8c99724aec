package dev.sluice.limiter;

import dev.sluice.platform.config.Section;
import dev.sluice.platform.lifecycle.Ground;
import dev.sluice.platform.redis.RedisConfig;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.util.function.IntSupplier;

/** All that a node has for its limits: the limiters, the log of what they said, and the room. */
public final class NodeLimits {
  public static final Section<LimiterConfig> SECTION =
      new Section<>("limiter", LimiterConfig.class);

  private final Ground ground;
  private final NodeLimiters limiters;
  private final DecisionLog log;
  private final LimitsRoom room;

  /**
   * @param nodes how many nodes there are that may limit, this one included
   * @param loops event loops that will use the limiters
   */
  public NodeLimits(Ground ground, IntSupplier nodes, int loops) {
    this.ground = ground;
    LimiterConfig config = ground.config().get(SECTION);
    this.limiters =
        new NodeLimiters(
            ground.vertx(),
            ground.time(),
            config.buckets(),
            nodes,
            new LimiterMeters(ground.metrics().registry()));
    this.log = new DecisionLog(ground.time(), config.decisions(), loops);
    this.room =
        new LimitsRoom(
            ground.vertx(),
            ground.bus(),
            ground.time(),
            ground.node(),
            limiters,
            log,
            new Auditor(ground.time(), ground.metrics().registry()));
  }

  /** For the fronts, once the verticle is deployed. */
  public Limiters limiters() {
    return new LoggedLimiters(limiters, log);
  }

  /** To be deployed once. */
  public Deployable verticle() {
    return new LimiterVerticle(limiters, ground.config().get(RedisConfig.SECTION));
  }

  /** Opens the room. */
  public Future<Void> open() {
    return room.open();
  }

  public Future<Void> close() {
    return room.close();
  }
}
