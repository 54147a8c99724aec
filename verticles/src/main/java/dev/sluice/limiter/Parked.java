package dev.sluice.limiter;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/** A request that waits; it is told on the event loop it came from. */
final class Parked {
  private final Promise<Decided<Parked>> promise = Promise.promise();
  private final Context context = Vertx.currentContext();

  Future<Decided<Parked>> future() {
    return promise.future();
  }

  void decided(Decided<Parked> decided) {
    if (context == null) {
      promise.complete(decided);
    } else {
      context.runOnContext(there -> promise.complete(decided));
    }
  }
}
