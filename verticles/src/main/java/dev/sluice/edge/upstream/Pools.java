package dev.sluice.edge.upstream;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The connections of an upstream: a client for each event loop, made when that loop first needs it,
 * so that no connection is ever used from another thread. They outlive a change of the upstream
 * that does not concern connections.
 */
final class Pools {

  /** What connections are like; another of these needs other connections. */
  record Terms(
      UpstreamConfig.Protocol protocol,
      Duration connectTimeout,
      PoolConfig pool,
      UpstreamTls tls,
      boolean sni) {

    static Terms of(UpstreamConfig config) {
      boolean names =
          config.targets().stream()
              .map(target -> TargetUrl.of(target.url()))
              .noneMatch(url -> url.tls() && url.literal());
      boolean sni = names || !config.tls().serverName().isEmpty();
      return new Terms(
          config.protocol(), config.connectTimeout(), config.pool(), config.tls(), sni);
    }
  }

  private final Terms terms;
  private final int loops;
  private final AtomicReferenceArray<Line> lines;
  private final Bulkhead bulkhead = new Bulkhead();

  /** When nobody should use it any more, and whether it was shut for good. */
  private long retiredAt;

  private volatile boolean shut;

  /**
   * @param loops that serve requests; there is one more place, for whoever looks after all
   *     upstreams
   */
  Pools(Terms terms, int loops) {
    this.terms = terms;
    this.loops = loops;
    this.lines = new AtomicReferenceArray<>(loops + 1);
  }

  Terms terms() {
    return terms;
  }

  Bulkhead bulkhead() {
    return bulkhead;
  }

  /** The client of an event loop. To be called on that loop. */
  Line line(int loop, Vertx vertx) {
    Line line = lines.getAcquire(loop);
    return line != null ? line : opened(loop, vertx);
  }

  private Line opened(int loop, Vertx vertx) {
    if (shut) {
      throw new IllegalStateException("its connections were closed: it is not configured any more");
    }
    Line line = new Line(terms, loops, vertx);
    lines.setRelease(loop, line);
    return line;
  }

  void retire(long now) {
    retiredAt = now;
  }

  /**
   * Closes connections nobody uses any more. Requests that began before the upstream was removed
   * may still come, so what is closed while nothing is under way can be opened again until the time
   * is up.
   *
   * @param grace how long it is left alone at least
   * @param most how long what is under way has to end
   * @return whether it is closed for good
   */
  boolean sweep(long now, Duration grace, Duration most) {
    boolean over = now - retiredAt >= most.toNanos();
    boolean idle = bulkhead.inFlight() == 0 && now - retiredAt >= grace.toNanos();
    if (over) {
      shut = true;
    }
    if (over || idle) {
      close();
    }
    return over;
  }

  void shut() {
    shut = true;
    close();
  }

  private void close() {
    for (int i = 0; i < lines.length(); i++) {
      Line line = lines.getAndSet(i, null);
      if (line != null) {
        line.close();
      }
    }
  }
}
