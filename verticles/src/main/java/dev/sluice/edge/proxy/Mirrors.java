package dev.sluice.edge.proxy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** The copies of requests one event loop has under way to mirrors: a bounded number. */
final class Mirrors {
  private static final int MOST = 100;

  private final Forwarder forwarder;
  private final Counter dropped;
  private int underWay;

  Mirrors(Forwarder forwarder, MeterRegistry registry) {
    this.forwarder = forwarder;
    this.dropped =
        Counter.builder("mirror.dropped")
            .description("Copies of requests that were not sent, as too many were under way.")
            .register(registry);
  }

  /** What is to become a copy of this request; null if there is to be none. */
  Copy copy(Inbound in, ProxyRoute route) {
    Way mirror = route.ways().mirror();
    return mirror == null || forwarder.draw() % 100 >= route.mirrorPercent()
        ? null
        : new Copy(forwarder, route, mirror, in);
  }

  /** Whether one more may be sent; then {@link #ended} must follow. */
  boolean begin() {
    if (underWay >= MOST) {
      dropped.increment();
      return false;
    }
    underWay++;
    return true;
  }

  void ended() {
    underWay--;
    assert underWay >= 0;
  }

  int underWay() {
    return underWay;
  }
}
