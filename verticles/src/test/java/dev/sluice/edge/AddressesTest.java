package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.platform.time.TurnedTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {
  private final TurnedTime time = new TurnedTime();
  private final Addresses addresses =
      new Addresses(new TrustedProxies(List.of(), EdgeConfig.ProxyHeader.X_FORWARDED_FOR), time);

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1,ip:192.0.2.1",
    "2001:db8:1:2:3:4:5:6,ip:20010db800010002",
    "2001:db8:1:2:ffff::,ip:20010db800010002",
    "2001:db8:1:3::1,ip:20010db800010003",
    "::1,ip:0000000000000000",
  })
  void anIpv6ClientIsItsNetwork(String host, String client) {
    assertThat(Addresses.of(host)).isEqualTo(client);
  }

  @Test
  void whoGuessesTooOftenIsRefusedForAWhile() {
    for (int i = 0; i < Addresses.MOST; i++) {
      assertThat(addresses.guesses("ip:a")).isFalse();
      addresses.wasWrong("ip:a");
    }
    assertThat(addresses.guesses("ip:a")).isTrue();
    assertThat(addresses.guesses("ip:b")).isFalse();
    time.turn(Addresses.WHILE.minus(Duration.ofMillis(1)));
    assertThat(addresses.guesses("ip:a")).isTrue();
    time.turn(Duration.ofMillis(1));
    assertThat(addresses.guesses("ip:a")).isFalse();
    addresses.wasWrong("ip:a");
    assertThat(addresses.guesses("ip:a")).isFalse();
  }
}
