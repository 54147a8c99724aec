package dev.sluice.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheConfigTest {
  @TempDir private Path folder;

  private CacheConfig load(String yaml) throws Exception {
    Path file = Files.writeString(folder.resolve("sluice.yaml"), "cache:\n" + yaml.indent(2));
    return Config.load(file, Map.of(), List.of(Bench.ROUTE)).get(Bench.ROUTE);
  }

  @Test
  void theDefaults() {
    CacheConfig config = Config.defaults(Bench.ROUTE);
    assertThat(config.enabled()).isFalse();
    assertThat(config.ttl()).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.overrideOrigin()).isFalse();
    assertThat(config.query()).containsExactly("all");
    assertThat(config.varyOn()).isEmpty();
    assertThat(config.perClient()).isFalse();
    assertThat(config.staleWhileRevalidate()).isZero();
    assertThat(config.staleIfError()).isZero();
    assertThat(config.maxBody()).isEqualTo(1 << 20);
    assertThat(config.tagHeader()).isEqualTo("Cache-Tag");
    CacheStoreConfig store = Config.defaults(Bench.STORE);
    assertThat(store.bytes()).isEqualTo(64L << 20);
    assertThat(store.redis()).isTrue();
    assertThat(store.redisTimeout()).isEqualTo(Duration.ofMillis(50));
  }

  @Test
  void aQueryIsOneWordOrAList() throws Exception {
    assertThat(load("query: none").query()).containsExactly("none");
    assertThat(load("query: [page, sort]").query()).containsExactly("page", "sort");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "query: [all, page]|not both",
        "vary_on: ['X Kind']|names of headers",
        "tag_header: 'a:b'|Cache-Tag",
        "{override_origin: true, ttl: 0s}|more than 0s",
        "max_body: 1GB|max_body",
        "ttl: 99d|ttl",
      })
  void whatIsWrongIsSaid(String yaml, String said) {
    assertThatThrownBy(() -> load(yaml))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(said);
  }

  @Test
  void anEntryForRedisFitsIntoWhatMayBeUnderWay() {
    assertThatThrownBy(
            () -> new CacheStoreConfig(1 << 20, 1, true, Duration.ofMillis(50), 1 << 20, 1 << 19))
        .hasMessageContaining("redis_max_entry");
  }
}
