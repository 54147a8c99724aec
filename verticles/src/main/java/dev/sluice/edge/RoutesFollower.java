package dev.sluice.edge;

import dev.sluice.contract.Routes;
import dev.sluice.platform.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node at the newest version of the routes that were changed through the admin API: it
 * is told of changes, and asks each second, because what is told may get lost. Where no node serves
 * the room the file is all there is.
 */
final class RoutesFollower {
  private static final Logger LOG = LoggerFactory.getLogger(RoutesFollower.class);
  private static final long ASK_MILLIS = 1000;

  private final Vertx vertx;
  private final Bus bus;
  private final LiveRoutes routes;
  private boolean asking;
  private long timer = -1;

  RoutesFollower(Vertx vertx, Bus bus, LiveRoutes routes) {
    this.vertx = vertx;
    this.bus = bus;
    this.routes = routes;
  }

  /** Asks once, so that a node that comes does not take traffic before it has its routes. */
  Future<Void> open() {
    timer = vertx.setPeriodic(ASK_MILLIS, tick -> ask());
    return ask().otherwiseEmpty();
  }

  void close() {
    boolean cancelled = vertx.cancelTimer(timer);
    assert cancelled || timer < 0;
  }

  void changed(Routes.Changed event) {
    LOG.debug("version {} of the routes is there", event.version());
    ask();
  }

  /** What was stored is in force here when the future is complete. */
  Future<LiveRoutes.Outcome> take(long version, String document) {
    return vertx.executeBlocking(() -> routes.manage(version, document));
  }

  private synchronized Future<Void> ask() {
    if (asking) {
      return Future.succeededFuture();
    }
    asking = true;
    return bus.request(new Routes.Current(routes.version()))
        .compose(
            stored ->
                stored.document() == null || stored.version() == 0
                    ? Future.<Void>succeededFuture()
                    : take(stored.version(), stored.document()).<Void>mapEmpty())
        .onComplete(done -> answered());
  }

  private synchronized void answered() {
    asking = false;
  }
}
