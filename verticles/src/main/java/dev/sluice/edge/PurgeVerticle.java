package dev.sluice.edge;

import dev.sluice.codec.Envelope;
import dev.sluice.contract.Cache;
import dev.sluice.edge.cache.LoopCache;
import dev.sluice.edge.cache.Purge;
import dev.sluice.edge.cache.SharedCache;
import dev.sluice.platform.bus.Room;
import dev.sluice.platform.lifecycle.Ground;
import dev.sluice.platform.redis.RedisConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;

/**
 * Purges of the caches: does what is asked on this node and in Redis, tells the other edges, and
 * does what they tell. One a node, with a connection to Redis of its own.
 *
 * <p>Others are told when Redis has forgotten, because they would find it there again. What is told
 * can get lost while two nodes are parted; then an answer in the memory of the other one is used
 * until its time is over.
 */
final class PurgeVerticle extends VerticleBase {
  private static final Duration DRAIN = Duration.ofSeconds(2);

  private final Ground ground;
  private final SharedCache shared;
  private LoopCache cache;
  private Room room;

  PurgeVerticle(Ground ground, SharedCache shared) {
    this.ground = ground;
    this.shared = shared;
  }

  @Override
  public Future<?> start() {
    cache = shared.on(vertx, ground.config().get(RedisConfig.SECTION));
    room =
        ground
            .bus()
            .room("edge")
            .serve(Cache.Purge.class, (wanted, call) -> purge(wanted))
            .hear(Cache.Forgotten.class, this::heard);
    return room.open();
  }

  @Override
  public Future<?> stop() {
    return room.close().eventually(() -> room.idle(DRAIN)).onComplete(left -> cache.close());
  }

  private Future<Cache.Purged> purge(Cache.Purge wanted) {
    return cache
        .purge(PurgeNews.read(wanted.checked()))
        .map(
            done -> {
              ground.bus().publish(new Cache.Forgotten(List.of(wanted), done.everywhere()));
              return new Cache.Purged(done.entries(), done.everywhere());
            });
  }

  private void heard(Cache.Forgotten told, Envelope call) {
    if (call.caller().id().equals(ground.node())) {
      return; // what was fetched here since then is new
    }
    for (Cache.Purge one : told.what()) {
      Purge purge = PurgeNews.read(one.checked());
      if (told.everywhere()) {
        cache.forget(purge);
      } else {
        cache.purge(purge); // this node may reach Redis where the other one does not
      }
    }
  }
}
