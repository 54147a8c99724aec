package dev.sluice.edge.guard;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * The connections of clients to this node: how many there are, and how many from one address, or
 * one /64 of IPv6, which is what one client has. Proxies that are trusted stand for many clients
 * and are counted only in the sum. What it remembers is bounded by the number of connections.
 * Thread-safe.
 */
public final class OpenConnections {
  private static final long IPV4 = 1L << 32;

  private final int most;
  private final int mostOfAddress;
  private final Predicate<byte[]> trusted;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<Long, Integer> byAddress = new ConcurrentHashMap<>();
  private final Counter refusedAll;
  private final Counter refusedAddress;

  /**
   * @param most connections at once
   * @param mostOfAddress of them from one address
   * @param trusted whether an address is that of a proxy of ours
   */
  public OpenConnections(
      int most, int mostOfAddress, Predicate<byte[]> trusted, MeterRegistry meters) {
    this.most = most;
    this.mostOfAddress = mostOfAddress;
    this.trusted = trusted;
    this.refusedAll = counter(meters, "all");
    this.refusedAddress = counter(meters, "address");
  }

  private static Counter counter(MeterRegistry meters, String limit) {
    return Counter.builder("connections.refused")
        .description("Connections closed at once, by the limit they were beyond.")
        .tags("limit", limit)
        .register(meters);
  }

  /** Counts one more; when it returns false it did not, and the connection is to be closed. */
  boolean enter(SocketAddress peer) {
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      refusedAll.increment();
      return false;
    }
    Long key = key(peer);
    if (key != null && byAddress.merge(key, 1, Integer::sum) > mostOfAddress) {
      leave(key);
      open.decrementAndGet();
      refusedAddress.increment();
      return false;
    }
    return true;
  }

  /** One that was let in is closed. */
  void leave(SocketAddress peer) {
    open.decrementAndGet();
    Long key = key(peer);
    if (key != null) {
      leave(key);
    }
  }

  /** How many there are. */
  public int open() {
    return open.get();
  }

  /** From how many addresses. */
  int addresses() {
    return byAddress.size();
  }

  private void leave(Long key) {
    byAddress.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
  }

  /** Null for who is not counted by address. */
  private Long key(SocketAddress peer) {
    if (!(peer instanceof InetSocketAddress inet) || inet.getAddress() == null) {
      return null;
    }
    byte[] address = Network.plain(inet.getAddress().getAddress());
    if (trusted.test(address)) {
      return null;
    }
    long key = 0;
    int bytes = Math.min(8, address.length);
    for (int i = 0; i < bytes; i++) {
      key = (key << 8) | (address[i] & 0xff);
    }
    return address.length == 4 ? key | IPV4 : key;
  }
}
