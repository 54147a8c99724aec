package dev.sluice.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.contract.Auth;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node must know to check tokens by itself: the public keys, and the sessions ended before
 * their tokens were. One a node, used by all event loops. It is told of ended sessions over the bus
 * at once, and asks for both again every ten seconds, because being told can fail.
 */
final class KeyRing {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);
  private static final long REFRESH_MILLIS = 10_000;
  private static final Duration BETWEEN = Duration.ofSeconds(1);
  private static final int MOST = 200_000;

  /** The most that auth.access_ttl allows, and a little. */
  private static final Duration LONGEST_TOKEN = Duration.ofHours(25);

  private final Vertx vertx;
  private final Bus bus;
  private final Time time;
  private final Cache<String, Instant> ended;
  private volatile List<Auth.Jwk> keys = List.of();
  private Future<Void> refreshing = Future.succeededFuture();
  private long refreshedAt;
  private long timer = -1;

  KeyRing(Vertx vertx, Bus bus, Time time) {
    this.vertx = vertx;
    this.bus = bus;
    this.time = time;
    this.refreshedAt = time.nanos() - BETWEEN.toNanos();
    this.ended =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(LONGEST_TOKEN)
            .ticker(time::nanos)
            .executor(Runnable::run)
            .build();
  }

  /** Asks once now, whether or not that succeeds, and then again and again. */
  Future<Void> open() {
    timer = vertx.setPeriodic(REFRESH_MILLIS, tick -> refresh());
    return refresh().otherwiseEmpty();
  }

  void close() {
    vertx.cancelTimer(timer);
  }

  /** Empty until the auth room has answered once. */
  List<Auth.Jwk> keys() {
    return keys;
  }

  boolean hasEnded(String session) {
    return ended.getIfPresent(session) != null;
  }

  void sessionEnded(Auth.SessionEnded event) {
    ended.put(event.sessionId(), event.until());
  }

  /** At most once a second, however many unknown keys clients show. */
  synchronized Future<Void> refresh() {
    if (!refreshing.isComplete() || time.nanos() - refreshedAt < BETWEEN.toNanos()) {
      return refreshing;
    }
    refreshedAt = time.nanos();
    Promise<Void> done = Promise.promise();
    refreshing = done.future();
    Future.all(bus.request(new Auth.PublicKeys()), bus.request(new Auth.EndedSessions()))
        .onSuccess(
            both -> {
              List<Auth.Jwk> fresh = both.<Auth.KeySet>resultAt(0).keys();
              if (!fresh.equals(keys)) {
                keys = fresh; // whoever holds the old list builds its verifier anew
              }
              both.<Auth.Sessions>resultAt(1)
                  .sessions()
                  .forEach(s -> ended.put(s.sessionId(), s.until()));
            })
        .onFailure(e -> LOG.debug("the auth room did not give its keys", e))
        .<Void>mapEmpty()
        .onComplete(done);
    return refreshing;
  }
}
