package dev.sluice.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.Section;
import dev.sluice.platform.config.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamConfigTest {
  @TempDir Path conf;

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:9001, false, 127.0.0.1, 9001, true, ''",
    "http://127.0.0.1, false, 127.0.0.1, 80, true, ''",
    "https://Shop.Example.com/, true, shop.example.com, 443, false, ''",
    "HTTPS://my_service:8443/api/v1/, true, my_service, 8443, false, /api/v1",
    "http://[::1]:9001/x, false, ::1, 9001, true, /x",
    "https://[2001:DB8::7], true, 2001:db8::7, 443, true, ''",
    "http://headless.ns.svc.cluster.local., false, headless.ns.svc.cluster.local., 80, false, ''"
  })
  void urls(String url, boolean tls, String host, int port, boolean literal, String basePath) {
    assertThat(TargetUrl.of(url)).isEqualTo(new TargetUrl(tls, host, port, literal, basePath));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "shop:80",
        "ftp://shop",
        "http://",
        "http:///path",
        "http://shop:0",
        "http://shop:65536",
        "http://shop:999999",
        "http://shop:",
        "http://user@shop",
        "http://user:secret@shop",
        "http://shop?x=1",
        "http://shop/x?y",
        "http://shop/x#y",
        "http://shop/a b",
        "http://shop/a\r\nHost: x",
        "http://shop/../x",
        "http://shop/./x",
        "http://shop/a//b",
        "http://shop//",
        "http://sh op",
        "http://-shop",
        "http://a..b",
        "http://1.2.3",
        "http://1.2.3.256",
        "http://::1",
        "http://[::1",
        "http://[shop]",
        "http://[fe80::1%eth0]",
        "http://[127.0.0.1]"
      })
  void whatIsNoUrlOfATargetIsRefused(String url) {
    assertThatThrownBy(() -> new TargetConfig(url, 1, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("url: http:// or https://, a host")
        .hasMessageEndingWith("this is '" + url + "'");
  }

  @Test
  void whatDependsOnTwoSettingsIsChecked() {
    assertThatThrownBy(() -> Sample.of().config()).hasMessage("targets: at least one");
    assertThatThrownBy(() -> Sample.of("http://a", "http://a").config())
        .hasMessage("targets: each url once, not again http://a");
    assertThatThrownBy(() -> Sample.probes("/", Duration.ofSeconds(1), Duration.ofSeconds(2)))
        .hasMessage("timeout: at most 'every'");
    assertThatThrownBy(() -> Sample.probes("up", Duration.ofSeconds(1), Duration.ofSeconds(1)))
        .hasMessage("path: empty, or a path such as /health");
    assertThatThrownBy(() -> Sample.probes("/a b", Duration.ofSeconds(1), Duration.ofSeconds(1)))
        .hasMessageStartingWith("path: ");
    assertThatThrownBy(() -> new UpstreamTls("", "cert.pem", "", true, ""))
        .hasMessageStartingWith("key: a file where cert is one");
    assertThatThrownBy(() -> new UpstreamTls("ca.pem", "", "", false, ""))
        .hasMessageStartingWith("ca: empty where verify is false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "user", "header:", "cookie", "header:a b", "query:x"})
  void whatCannotBeHashedIsRefused(String hashOn) {
    UpstreamConfig some = Sample.of("http://a").config();
    assertThatThrownBy(
            () ->
                new UpstreamConfig(
                    some.targets(),
                    some.balance(),
                    hashOn,
                    some.protocol(),
                    some.health(),
                    some.breaker(),
                    some.connectTimeout(),
                    some.responseTimeout(),
                    some.pool(),
                    some.maxInFlight(),
                    some.tls(),
                    some.resolveEvery(),
                    some.about()))
        .hasMessageStartingWith("hashOn: ip, client, path, header:<name> or cookie:<name>");
  }

  /** As the parts are read from YAML, with the defaults the reference promises. */
  record Parts(
      @Setting(doc = "Targets by name.", def = "") Map<String, TargetConfig> targets,
      @Setting(doc = "Health.") ProbeConfig health,
      @Setting(doc = "Breaker.") BreakerConfig breaker,
      @Setting(doc = "Pool.") PoolConfig pool,
      @Setting(doc = "TLS.") UpstreamTls tls) {}

  @Test
  void defaults() throws Exception {
    Section<Parts> section = new Section<>("parts", Parts.class);
    assertThat(Config.undeclaredLimits(section)).isEmpty();
    Files.writeString(
        conf.resolve("sluice.yaml"),
        "parts: {targets: {a: {url: 'http://a:1'}, b: {url: 'http://b', labels: {v: v2}}}}");
    Parts parts = Config.load(conf, Map.of(), List.of(section)).get(section);
    assertThat(parts)
        .isEqualTo(
            new Parts(
                Map.of(
                    "a", new TargetConfig("http://a:1", 1, Map.of()),
                    "b", new TargetConfig("http://b", 1, Map.of("v", "v2"))),
                new ProbeConfig(
                    "",
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(5),
                    1,
                    2,
                    5,
                    Duration.ofSeconds(30),
                    50),
                new BreakerConfig(50, Duration.ofSeconds(10), 20, Duration.ofSeconds(30), 3),
                new PoolConfig(1000, 1000, Duration.ofMinutes(1)),
                new UpstreamTls("", "", "", true, "")));
  }

  @Test
  void poolsAreSharedOutToEventLoops() {
    PoolConfig pool = new PoolConfig(1000, 0, Duration.ofSeconds(60));
    assertThat(pool.sizeOf(3)).isEqualTo(334);
    assertThat(pool.waitingOf(3)).isZero();
    assertThat(new PoolConfig(1, 1, Duration.ofSeconds(60)).sizeOf(16)).isEqualTo(1);
  }
}
