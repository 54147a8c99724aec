package dev.sluice.cache;

import dev.sluice.platform.kafka.EventConsumer;
import dev.sluice.platform.kafka.KafkaConfig;
import dev.sluice.platform.kafka.Topics;
import dev.sluice.platform.lifecycle.Ground;
import io.micrometer.core.instrument.FunctionCounter;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The room that hears what makes cached answers stale. Deploy it once a node. */
public final class CacheVerticle extends VerticleBase {
  private static final String NAME = "cache";

  private final Ground ground;
  private EventConsumer consumer;

  public CacheVerticle(Ground ground) {
    this.ground = ground;
  }

  @Override
  public Future<?> start() {
    Invalidations invalidations = new Invalidations(ground.bus());
    consumer =
        new EventConsumer(
            vertx,
            ground.config().get(KafkaConfig.SECTION),
            Set.of(Topics.CACHE),
            NAME,
            invalidations::handle);
    count("cache_events_unreadable", "Not events.", consumer, EventConsumer::unreadable);
    count("cache_events_refused", "Nothing to purge.", invalidations, Invalidations::refused);
    count("cache_batches_failed", "Offered again.", consumer, EventConsumer::failures);
    consumer.start();
    return Future.succeededFuture();
  }

  /** The registry keeps no hold on {@code of}; the consumer and what it calls live long enough. */
  private <T> void count(String name, String meaning, T of, ToDoubleFunction<T> counted) {
    FunctionCounter.builder(name, of, counted)
        .description(meaning)
        .register(ground.metrics().registry());
  }

  @Override
  public Future<?> stop() {
    return consumer.close();
  }
}
