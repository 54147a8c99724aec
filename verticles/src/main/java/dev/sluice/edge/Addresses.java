package dev.sluice.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.edge.guard.Network;
import dev.sluice.platform.time.Time;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Clients by their address; one a node, used by all event loops.
 *
 * <p>It remembers who shows wrong keys: looking up a key costs a call to the auth room and a query
 * there, so an address that guesses must be refused before the next look-up, not after it. An
 * address may be wrong {@link #MOST} times in a while of {@link #WHILE}; whoever shares it with a
 * guesser, and whose key is remembered, is not refused.
 */
final class Addresses {
  static final int MOST = 20;
  static final Duration WHILE = Duration.ofSeconds(10);
  private static final int REMEMBERED = 100_000;

  /** An IPv6 client has a whole /64 to choose its address from. */
  private static final int IPV6_PREFIX_BYTES = 8;

  private record Wrong(int times, long since) {}

  private final TrustedProxies proxies;
  private final Time time;
  private final Cache<String, Wrong> wrong;

  Addresses(TrustedProxies proxies, Time time) {
    this.proxies = proxies;
    this.time = time;
    this.wrong =
        Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterWrite(WHILE)
            .ticker(time::nanos)
            .executor(Runnable::run)
            .build();
  }

  TrustedProxies proxies() {
    return proxies;
  }

  /** The client's address, as far as it can be believed. */
  String host(HttpServerRequest request) {
    return proxies.client(request.remoteAddress().hostAddress(), request.headers());
  }

  /** Whether the peer is one of our own proxies. */
  boolean trusted(HttpServerRequest request) {
    // Asked for each request: the text of an address is made anew each time.
    return proxies.any() && proxies.trusts(request.remoteAddress().hostAddress());
  }

  /**
   * Whose requests are counted together, such as {@code ip:192.0.2.1} or {@code ip:20010db8...}.
   */
  static String of(String host) {
    if (host.indexOf(':') < 0) {
      return "ip:" + host;
    }
    byte[] bytes = Network.bytes(host);
    if (bytes == null || bytes.length <= IPV6_PREFIX_BYTES) {
      return "ip:" + host;
    }
    return "ip:" + HexFormat.of().formatHex(bytes, 0, IPV6_PREFIX_BYTES);
  }

  boolean guesses(String address) {
    Wrong known = wrong.getIfPresent(address);
    return known != null && known.times >= MOST && time.nanos() - known.since < WHILE.toNanos();
  }

  void wasWrong(String address) {
    long now = time.nanos();
    wrong
        .asMap()
        .merge(
            address,
            new Wrong(1, now),
            (old, one) ->
                now - old.since >= WHILE.toNanos() ? one : new Wrong(old.times + 1, old.since));
  }
}
