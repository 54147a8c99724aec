package dev.sluice.edge.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, true",
    "10.0.0.1, false",
    "10.1.2.3, true", // a smaller network of the one that is denied
    "10.1.9.9, false", // and one smaller still
    "::ffff:10.0.0.1, false",
    "::ffff:10.1.2.3, true",
    "2001:db8::1, false",
    "2001:db9::1, true",
    "not-an-address, true",
    "'', true",
  })
  void theSmallestNetworkDecides(String address, boolean allowed) {
    Networks denying = new Networks(List.of("10.1.0.0/16"), List.of("10.0.0.0/8", "10.1.9.9"));
    Networks open = new Networks(List.of(), List.of("10.0.0.0/8", "2001:db8::/32"));
    boolean byFirst = denying.allows(address);
    if (address.startsWith("10.") || address.startsWith("::ffff")) {
      assertThat(byFirst).isEqualTo(allowed);
    } else {
      assertThat(byFirst).as("somebody has to be on the list").isFalse();
      assertThat(open.allows(address)).isEqualTo(allowed);
    }
  }

  @Test
  void whatIsOnBothListsIsDenied() {
    assertThat(new Networks(List.of("10.0.0.0/8"), List.of("10.0.0.0/8")).allows("10.0.0.1"))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.0/0", "10.0.0.0/33", "10.0.0/8", "example.com", "::/129", "10.0.0.1/-1"})
  void whatIsNoNetworkIsNamed(String text) {
    assertThatThrownBy(() -> new Networks(List.of(text), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text);
  }

  @Test
  void agreesWithLookingAtAllOfThem() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<String> allow = networks(random);
      List<String> deny = networks(random);
      Networks networks = new Networks(allow, deny);
      for (int i = 0; i < 50; i++) {
        String address = address(random);
        assertThat(networks.allows(address))
            .as("seed %d: %s of %s but not %s", seed, address, allow, deny)
            .isEqualTo(slowly(allow, deny, address));
      }
    }
  }

  /** Few first bytes, so that they meet. */
  private static String address(Random random) {
    byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i < 2 ? 32 + random.nextInt(3) : random.nextInt(256));
    }
    return NetUtil.bytesToIpAddress(bytes);
  }

  private static List<String> networks(Random random) {
    List<String> networks = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      String address = address(random);
      int bits = address.indexOf(':') < 0 ? 32 : 128;
      networks.add(address + "/" + (1 + random.nextInt(random.nextBoolean() ? 20 : bits)));
    }
    return networks;
  }

  private static boolean slowly(List<String> allow, List<String> deny, String address) {
    int allowed = longest(allow, address);
    int denied = longest(deny, address);
    return (allowed == 0 && denied == 0) ? allow.isEmpty() : allowed > denied;
  }

  private static int longest(List<String> networks, String address) {
    byte[] bytes = Network.bytes(address);
    return networks.stream()
        .map(Network::parse)
        .filter(network -> network.contains(bytes))
        .mapToInt(Network::prefix)
        .max()
        .orElse(0);
  }
}
