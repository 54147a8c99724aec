package dev.sluice.edge.cache;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/** The cache of a node as one event loop uses it. Not thread-safe. */
public final class LoopCache {
  /** About a millisecond. */
  private static final int ENTRIES_A_TURN = 200;

  private final SharedCache shared;
  private final Vertx vertx;
  private final Context context;
  private final SecondLevel second;

  LoopCache(SharedCache shared, Vertx vertx, SecondLevel second) {
    this.shared = shared;
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.second = second;
  }

  /**
   * The cache of a route. What is kept survives a change of its configuration, with the times it
   * was kept for.
   *
   * @param route its name, part of all its keys
   */
  public HttpCache of(String route, CacheConfig config) {
    return new HttpCache(this, config, new CacheKey(route, config));
  }

  /**
   * Forgets on this node and in Redis, from where other nodes then get nothing old any more; what
   * they have in memory they must {@link #forget} themselves. It is gone from this node's memory
   * and cannot come back when the future is complete; most often much sooner. Does not fail.
   */
  public Future<Purged> purge(Purge purge) {
    // Again after Redis knows: until then another loop may have read there what was to go.
    return forget(purge)
        .compose(
            gone ->
                second
                    .purge(purge)
                    .compose(
                        everywhere ->
                            forget(purge).map(more -> new Purged(gone + more, everywhere))));
  }

  /** Forgets in the memory of this node only; the number of answers that went. */
  public Future<Long> forget(Purge purge) {
    MemoryStore.Purging purging = shared.store().purge(purge);
    if (!purging.go(ENTRIES_A_TURN)) {
      return Future.succeededFuture(purging.gone());
    }
    Promise<Long> done = Promise.promise();
    goOn(purging, done);
    return done.future();
  }

  private void goOn(MemoryStore.Purging purging, Promise<Long> done) {
    context.runOnContext(
        turn -> {
          if (purging.go(ENTRIES_A_TURN)) {
            goOn(purging, done);
          } else {
            done.complete(purging.gone());
          }
        });
  }

  /** Closes the connection to Redis; call on the event loop. */
  public void close() {
    second.close();
  }

  SharedCache shared() {
    return shared;
  }

  SecondLevel second() {
    return second;
  }

  Vertx vertx() {
    return vertx;
  }

  /** Where whoever asks now is to be told. */
  Context here() {
    Context current = Vertx.currentContext();
    return current == null ? context : current;
  }
}
