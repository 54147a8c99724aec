package dev.sluice.limiter;

import dev.sluice.platform.redis.RedisConfig;
import dev.sluice.platform.redis.RedisLine;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** The event loop on which a node's limiters speak with Redis; there is one. */
public final class LimiterVerticle extends VerticleBase {
  private final NodeLimiters limiters;
  private final RedisConfig config;
  private RedisLine redis;

  public LimiterVerticle(NodeLimiters limiters, RedisConfig config) {
    this.limiters = limiters;
    this.config = config;
  }

  @Override
  public Future<?> start() {
    redis = new RedisLine(vertx, config);
    return limiters.open(context, redis).otherwiseEmpty();
  }

  @Override
  public Future<?> stop() {
    return limiters.drain().onComplete(drained -> redis.close());
  }
}
