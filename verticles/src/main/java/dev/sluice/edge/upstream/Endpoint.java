package dev.sluice.edge.upstream;

import io.vertx.core.net.SocketAddress;

/**
 * One address of a target, as one configuration has it. What {@link Upstream#pick} gives has its
 * place already: {@link #begin} must follow, and then the end of the {@link Attempt}; or {@link
 * #leave}. Thread-safe.
 */
public final class Endpoint implements Pick {
  private final Upstream upstream;
  private final Target target;
  private final SocketAddress address;
  private final String name;
  private final String host;
  private final long bit;
  private final Vitals vitals;
  private final Breaker breaker;

  /**
   * @param number tells endpoints of an upstream apart, as far as 64 can be
   * @param breaker null where there is none
   */
  Endpoint(
      Upstream upstream,
      Target target,
      SocketAddress address,
      int number,
      Vitals vitals,
      Breaker breaker) {
    this.upstream = upstream;
    this.target = target;
    this.address = address;
    this.name = target.url() + "|" + address.host();
    this.host = target.at().written();
    this.bit = 1L << (number & 63);
    this.vitals = vitals;
    this.breaker = breaker;
  }

  /** The request is about to be sent. For what was just picked, once. */
  public Attempt begin() {
    Breaker whole = upstream.breaker();
    return new Attempt(
        this, breaker == null ? 0 : breaker.permit(), whole == null ? 0 : whole.permit());
  }

  /** It is not asked after all: gives its place back, in place of {@link #begin}. */
  public void leave() {
    Breaker whole = upstream.breaker();
    upstream.cancelled(
        this, breaker == null ? 0 : breaker.permit(), whole == null ? 0 : whole.permit());
    upstream.ended(this);
  }

  /** For {@link Upstream#pick}: those of the endpoints a request was tried on, or-ed. */
  public long bit() {
    return bit;
  }

  /** The target's url, as configured. */
  public String target() {
    return target.url();
  }

  /**
   * The name or address in the target's url, an IPv6 address in brackets: what the Host header says
   * if it is not preserved.
   */
  public String host() {
    return host;
  }

  public int port() {
    return target.at().port();
  }

  public boolean tls() {
    return target.at().tls();
  }

  /** What is put before paths: empty, or begins with a slash and does not end with one. */
  public String basePath() {
    return target.at().basePath();
  }

  /** Where it is; a host that is a name is only there until the name was resolved. */
  public SocketAddress address() {
    return address;
  }

  public Upstream upstream() {
    return upstream;
  }

  /** Requests under way to it, from all event loops of this node. */
  public int inFlight() {
    return vitals.inFlight.get();
  }

  /** The host without brackets: what certificates are for. */
  String peer() {
    return target.at().host();
  }

  /** Of which its points on the ring are made. */
  String name() {
    return name;
  }

  int weight() {
    return target.weight();
  }

  Vitals vitals() {
    return vitals;
  }

  /** Null where there is none. */
  Breaker breaker() {
    return breaker;
  }

  TargetMeters meters() {
    return target.meters();
  }

  boolean fits(long tried, boolean anyway, long now) {
    return (bit & tried) == 0
        && (anyway || vitals.well(now))
        && (breaker == null || breaker.allows(now));
  }

  /** Whether it has fewer requests for its weight than the other. */
  boolean lighterThan(Endpoint other) {
    return (long) inFlight() * other.weight() < (long) other.inFlight() * weight();
  }

  /** Whether requests go there now. */
  boolean used(long now) {
    return fits(0, false, now);
  }
}
