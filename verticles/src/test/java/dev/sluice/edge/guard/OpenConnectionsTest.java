package dev.sluice.edge.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpenConnectionsTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Network ours = Network.parse("10.0.0.0/8");
  private final OpenConnections connections = new OpenConnections(6, 2, ours::contains, meters);

  private static SocketAddress peer(String address) throws Exception {
    return new InetSocketAddress(InetAddress.getByName(address), 1);
  }

  @Test
  void oneAddressHasSoManyAndNoMore() throws Exception {
    assertThat(connections.enter(peer("192.0.2.1"))).isTrue();
    assertThat(connections.enter(peer("192.0.2.1"))).isTrue();
    assertThat(connections.enter(peer("192.0.2.1"))).isFalse();
    assertThat(connections.enter(peer("192.0.2.2"))).isTrue();
    assertThat(connections.open()).isEqualTo(3);
    assertThat(refused("address")).isEqualTo(1);
    connections.leave(peer("192.0.2.1"));
    assertThat(connections.enter(peer("192.0.2.1"))).isTrue();
  }

  @Test
  void aSixtyFourOfIpv6IsOne() throws Exception {
    assertThat(connections.enter(peer("2001:db8::1"))).isTrue();
    assertThat(connections.enter(peer("2001:db8::2"))).isTrue();
    assertThat(connections.enter(peer("2001:db8::3:4"))).isFalse();
    assertThat(connections.enter(peer("2001:db8:0:1::1"))).isTrue();
  }

  @Test
  void proxiesOfOursAreCountedInTheSumOnly() throws Exception {
    for (int i = 0; i < 6; i++) {
      assertThat(connections.enter(peer("10.0.0.1"))).isTrue();
    }
    assertThat(connections.enter(peer("10.0.0.1"))).isFalse();
    assertThat(refused("all")).isEqualTo(1);
    assertThat(connections.addresses()).isZero();
  }

  @Test
  void nothingIsRememberedOfThoseWhoLeft() throws Exception {
    OpenConnections many = new OpenConnections(1_000_000, 10, ours::contains, meters);
    List<Thread> threads = new ArrayList<>();
    AtomicInteger let = new AtomicInteger();
    for (int t = 0; t < 4; t++) {
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 20_000; i++) {
                  SocketAddress peer = new InetSocketAddress(Addressed.of(192, 0, 2, i % 7), 1);
                  if (many.enter(peer)) {
                    let.incrementAndGet();
                    many.leave(peer);
                  }
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(let.get()).isEqualTo(80_000); // four at once are fewer than ten
    assertThat(many.open()).isZero();
    assertThat(many.addresses()).isZero();
  }

  private double refused(String limit) {
    return meters.get("connections.refused").tag("limit", limit).counter().count();
  }

  private static final class Addressed {
    static InetAddress of(int... bytes) {
      byte[] address = new byte[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        address[i] = (byte) bytes[i];
      }
      try {
        return InetAddress.getByAddress(address);
      } catch (java.net.UnknownHostException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
