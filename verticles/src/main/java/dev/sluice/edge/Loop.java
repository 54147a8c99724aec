package dev.sluice.edge;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/**
 * The way back to one's own event loop. An answer that event loops share is told on the loop that
 * asked first; whatever goes on from there must not, because an exchange, a limiter and a
 * connection belong to one loop each.
 */
final class Loop {
  private Loop() {}

  /** The same result; who listens to it is called on the event loop that called this. */
  static <T> Future<T> here(Future<T> shared) {
    if (shared.succeeded()) {
      return Future.succeededFuture(shared.result());
    }
    if (shared.failed()) {
      return Future.failedFuture(shared.cause());
    }
    Context here = Vertx.currentContext();
    Promise<T> back = Promise.promise();
    shared.onComplete(done -> here.runOnContext(now -> back.handle(done)));
    return back.future();
  }
}
