package dev.sluice.edge.upstream;

import io.vertx.core.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A target as one configuration has it, and the addresses its name has. Changed by one thread at a
 * time, under the lock of its upstream; what requests see of it is in the {@link Roster}.
 */
final class Target {
  /** Also what a name with more addresses than this has. */
  static final int MOST_ADDRESSES = 64;

  private final TargetConfig config;
  private final TargetUrl at;
  private final TargetMeters meters;

  // What follows belongs to the caretaker's event loop.
  boolean resolving;
  boolean unresolvable;
  long nextResolve;
  boolean scheduled;

  /** By address; while the name was not resolved yet, one by the name. */
  private Map<String, Endpoint> endpoints = Map.of();

  Target(TargetConfig config, TargetMeters meters) {
    this.config = config;
    this.at = TargetUrl.of(config.url());
    this.meters = meters;
  }

  String url() {
    return config.url();
  }

  TargetUrl at() {
    return at;
  }

  int weight() {
    return config.weight();
  }

  TargetMeters meters() {
    return meters;
  }

  boolean hasLabels(Map<String, String> wanted) {
    return config.labels().entrySet().containsAll(wanted.entrySet());
  }

  /** Whether its addresses must be looked up. */
  boolean isNamed() {
    return !at.literal();
  }

  Set<String> addresses() {
    return endpoints.keySet();
  }

  Iterable<Endpoint> endpoints() {
    return endpoints.values();
  }

  /** Those that stay keep their endpoints, the others get new ones. */
  void resolved(List<String> addresses, Maker maker) {
    Map<String, Endpoint> next = new LinkedHashMap<>();
    for (String address : addresses.subList(0, Math.min(addresses.size(), MOST_ADDRESSES))) {
      Endpoint known = endpoints.get(address);
      next.put(
          address,
          known != null
              ? known
              : maker.make(this, SocketAddress.inetSocketAddress(at.port(), address)));
    }
    endpoints = next;
    meters.watch(List.copyOf(next.values()));
  }

  /** Makes the endpoint of an address that was not there before. */
  interface Maker {
    Endpoint make(Target target, SocketAddress address);
  }
}
