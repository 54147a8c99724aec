package dev.sluice.load.simulation;

/**
 * What must hold. {@code LOCAL} is for a machine that runs the node, its servers and the load on
 * two cores that others use, too: it finds what is broken, not what is slow. {@code SLA} is what is
 * promised of an installation of its own.
 *
 * <p>Times are percentiles of response times in milliseconds. A password login is apart from the
 * rest of auth, because its hash is made to cost a fifth of a second of a core.
 */
@SuppressWarnings("ImmutableEnumChecker") // records of numbers are
enum Profile {
  LOCAL(
      new Times(100, 500, 2000),
      new Times(200, 800, 2000),
      new Times(200, 800, 3000),
      new Times(2000, 4000, 5000),
      new Shares(1, 1, 1),
      0.15,
      0),
  SLA(
      new Times(20, 50, 100),
      new Times(30, 100, 200),
      new Times(100, 200, 500),
      new Times(1000, 2000, 3000),
      new Shares(0.01, 0.05, 0.1),
      0.05,
      10_000);

  /** Milliseconds that so many of a hundred requests must stay below. */
  record Times(int p50, int p95, int p99) {}

  /** Requests of a hundred that may fail. */
  record Shares(double gateway, double auth, double business) {}

  private final Times gateway;
  private final Times auth;
  private final Times business;
  private final Times login;
  private final Shares failing;
  private final double tolerance;
  private final int perSecond;

  Profile(
      Times gateway,
      Times auth,
      Times business,
      Times login,
      Shares failing,
      double tolerance,
      int perSecond) {
    this.gateway = gateway;
    this.auth = auth;
    this.business = business;
    this.login = login;
    this.failing = failing;
    this.tolerance = tolerance;
    this.perSecond = perSecond;
  }

  /** Of requests that only pass through, to an upstream that answers at once. */
  Times gateway() {
    return gateway;
  }

  /** Of auth, password logins apart. */
  Times auth() {
    return auth;
  }

  /** Of the rooms behind the edge. */
  Times business() {
    return business;
  }

  /** Of password logins. */
  Times login() {
    return login;
  }

  Shares failing() {
    return failing;
  }

  /** How far what a limit let through may be from the limit, as a share of it. */
  double tolerance() {
    return tolerance;
  }

  /** Requests a second a gateway must pass through under closed load; 0 for any. */
  int perSecond() {
    return perSecond;
  }
}
