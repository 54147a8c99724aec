package dev.sluice.edge.cache;

import io.vertx.core.Future;

/**
 * What nodes share. Belongs to one event loop; nothing here fails because the other side is away,
 * it only finds and keeps nothing.
 */
interface SecondLevel {
  /** There is no moment yet that both sides agree on; nothing is kept. */
  long UNKNOWN = -1;

  /** What is kept and was not purged since, or null. Never fails. */
  Future<Kept> get(String key);

  /** The present moment on the shared clock, rather too early, or {@link #UNKNOWN}. */
  long moment();

  /**
   * Keeps it for as long as it can be of use.
   *
   * @param began {@link #moment} before the upstream was asked
   */
  void put(String key, Kept kept, long began);

  /** Whether it was done; when not, it will be, as soon as the other side is there. */
  Future<Boolean> purge(Purge purge);

  void close();

  /** There is none. */
  SecondLevel NONE =
      new SecondLevel() {
        @Override
        public Future<Kept> get(String key) {
          return Future.succeededFuture();
        }

        @Override
        public long moment() {
          return UNKNOWN;
        }

        @Override
        public void put(String key, Kept kept, long began) {}

        @Override
        public Future<Boolean> purge(Purge purge) {
          return Future.succeededFuture(true);
        }

        @Override
        public void close() {}
      };
}
