package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.ConfigException;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
  private static final List<String> OURS = List.of("10.0.0.0/8", "192.0.2.7", "fd00::/8");

  private static String client(
      EdgeConfig.ProxyHeader header, List<String> ours, String peer, String... lines) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (String line : lines) {
      headers.add(header.field(), line);
    }
    return new TrustedProxies(ours, header).client(peer, headers);
  }

  private static String forwardedFor(String peer, String... lines) {
    return client(EdgeConfig.ProxyHeader.X_FORWARDED_FOR, OURS, peer, lines);
  }

  private static String forwarded(String peer, String... lines) {
    return client(EdgeConfig.ProxyHeader.FORWARDED, OURS, peer, lines);
  }

  @Test
  void aPeerThatIsNotOursIsTheClientWhateverItSays() {
    assertThat(forwardedFor("203.0.113.9", "198.51.100.1")).isEqualTo("203.0.113.9");
    assertThat(forwarded("203.0.113.9", "for=198.51.100.1")).isEqualTo("203.0.113.9");
    assertThat(forwardedFor("203.0.113.9", "10.0.0.1")).isEqualTo("203.0.113.9");
    assertThat(
            client(EdgeConfig.ProxyHeader.X_FORWARDED_FOR, List.of(), "10.0.0.1", "198.51.100.1"))
        .isEqualTo("10.0.0.1");
  }

  @Test
  void aQuoteOfTheClientDoesNotHideWhatOurProxyAdded() {
    assertThat(forwardedFor("10.1.1.1", "9.9.9.9:\", 198.51.100.1")).isEqualTo("198.51.100.1");
    assertThat(forwardedFor("10.1.1.1", "[2001:db8::1]:\", 198.51.100.1"))
        .isEqualTo("198.51.100.1");
    assertThat(forwarded("10.1.1.1", "for=9.9.9.9:\", for=8.8.8.8")).isEqualTo("10.1.1.1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "198.51.100.1 | 198.51.100.1",
        "198.51.100.1:4711 | 198.51.100.1",
        "6.6.6.6, 198.51.100.1 | 198.51.100.1", // the left part is the client's own
        "6.6.6.6, 198.51.100.1, 10.2.3.4, 192.0.2.7 | 198.51.100.1",
        "10.6.6.6, 198.51.100.1 | 198.51.100.1",
        "10.9.9.9, 10.8.8.8 | 10.9.9.9", // all are ours: the first of them
        "garbage | 10.1.1.1",
        "198.51.100.1, garbage | 10.1.1.1",
        "garbage, 10.2.2.2 | 10.2.2.2",
        "198.51.100.1, , 10.2.2.2 | 10.2.2.2",
        "198.51.100.1:port:x | 10.1.1.1",
        "localhost | 10.1.1.1",
        "[2001:db8::1]:443 | 2001:db8::1",
        "[2001:db8::1] | 2001:db8::1",
        "2001:db8::1 | 2001:db8::1",
        "[2001:db8::1 | 10.1.1.1",
        "::ffff:198.51.100.1 | 198.51.100.1",
        "198.51.100.1, ::ffff:10.2.3.4 | 198.51.100.1",
        "198.51.100.1, fd12::1 | 198.51.100.1",
      })
  void theFirstFromTheRightThatIsNotOursIsTheClient(String line, String client) {
    assertThat(forwardedFor("10.1.1.1", line)).isEqualTo(client);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "for=198.51.100.1 | 198.51.100.1",
        "For=\"198.51.100.1:80\";proto=http;by=10.1.1.1 | 198.51.100.1",
        "for=6.6.6.6, proto=https;for=198.51.100.1, for=10.2.2.2 | 198.51.100.1",
        "for=\"[2001:db8::1]:4711\" | 2001:db8::1",
        "for=unknown | 10.1.1.1",
        "for=6.6.6.6, for=_hidden, for=10.2.2.2 | 10.2.2.2",
        "proto=https | 10.1.1.1",
        "for=\"6.6.6.6, for=198.51.100.1 | 10.1.1.1", // a quote that does not end
      })
  void theStandardHeaderIsReadTheSameWay(String line, String client) {
    assertThat(forwarded("10.1.1.1", line.strip())).isEqualTo(client);
  }

  @Test
  void linesAreOneList() {
    assertThat(forwardedFor("10.1.1.1", "6.6.6.6", "198.51.100.1", "10.2.2.2"))
        .isEqualTo("198.51.100.1");
  }

  @Test
  void onlyTheHeaderOurProxiesWriteIsRead() {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Forwarded", "for=6.6.6.6");
    assertThat(
            new TrustedProxies(OURS, EdgeConfig.ProxyHeader.X_FORWARDED_FOR)
                .client("10.1.1.1", headers))
        .isEqualTo("10.1.1.1");
  }

  @Test
  void aChainHasAnEnd() {
    String many = "198.51.100.1" + ", 10.2.2.2".repeat(TrustedProxies.MOST_HOPS);
    assertThat(forwardedFor("10.1.1.1", many)).isEqualTo("10.2.2.2");
    String fewer = "198.51.100.1" + ", 10.2.2.2".repeat(TrustedProxies.MOST_HOPS - 1);
    assertThat(forwardedFor("10.1.1.1", fewer)).isEqualTo("198.51.100.1");
  }

  @Test
  void aPeerIsTheSameHoweverItsAddressIsWritten() {
    assertThat(forwardedFor("::ffff:10.1.1.1", "198.51.100.1")).isEqualTo("198.51.100.1");
    assertThat(forwardedFor("::ffff:203.0.113.9", "198.51.100.1")).isEqualTo("203.0.113.9");
    assertThat(forwardedFor("fd00::1%eth0", "198.51.100.1")).isEqualTo("198.51.100.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "all", "fd00::/129", "::/0"})
  void aNetworkThatIsNoneStopsTheStart(String network) {
    assertThatThrownBy(
            () ->
                Config.load(
                    null,
                    Map.of("SLUICE_EDGE_TRUSTED_PROXIES", network),
                    List.of(EdgeVerticle.EDGE)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "edge.trusted_proxies = "
                + network
                + " (environment SLUICE_EDGE_TRUSTED_PROXIES): expected addresses or networks such"
                + " as 10.0.0.0/8");
  }

  @ParameterizedTest
  @CsvSource({
    "10.127.255.255,10.64.0.0/10,true",
    "10.128.0.0,10.64.0.0/10,false",
    "10.63.255.255,10.64.0.0/10,false",
    "10.64.0.1,10.64.0.0/32,false",
  })
  void aNetworkEndsWhereItsPrefixSays(String peer, String network, boolean trusted) {
    assertThat(
            client(EdgeConfig.ProxyHeader.X_FORWARDED_FOR, List.of(network), peer, "198.51.100.1"))
        .isEqualTo(trusted ? "198.51.100.1" : peer);
  }
}
