package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limiter.Policy;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsConfigTest {
  @TempDir private Path folder;

  private LimitsConfig load(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("sluice.yaml"), "limits:\n" + yaml.indent(2));
    return Config.load(file, Map.of(), List.of(EdgeVerticle.LIMITS)).get(EdgeVerticle.LIMITS);
  }

  @Test
  void theDefaultsAreThoseOfTheTable() {
    LimitsConfig config = Config.defaults(EdgeVerticle.LIMITS);
    assertThat(config.tiers().get("pro").policy("pro", Policy.Loss.FAIR_SHARE))
        .isEqualTo(Policy.perSecond("pro", 100, 200));
    assertThat(config.tiers().get("default").policy("default", Policy.Loss.FAIR_SHARE))
        .isEqualTo(Policy.perSecond("default", 1000, 50));
    assertThat(config.tiers().get("internal").unlimited()).isTrue();
    assertThat(config.routes().get("login").limit().policy("login", Policy.Loss.FAIR_SHARE))
        .isEqualTo(
            new Policy(
                "login",
                Policy.Algorithm.SLIDING_WINDOW,
                5,
                Duration.ofMinutes(15),
                5,
                true,
                0,
                Duration.ZERO,
                Policy.Loss.FAIR_SHARE));
  }

  @Test
  void alossOfRedisCanBeDecidedForOneLimit() throws Exception {
    LimitsConfig config = load("tiers: {pro: {on_redis_loss: closed}}");
    assertThat(config.tiers().get("pro").policy("pro", Policy.Loss.OPEN).onRedisLoss())
        .isEqualTo(Policy.Loss.CLOSED);
    assertThat(config.tiers().get("free").policy("free", Policy.Loss.OPEN).onRedisLoss())
        .isEqualTo(Policy.Loss.OPEN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tiers: {pro: {rate: -1}} | limits.tiers.pro.rate = -1 (sluice.yaml line 2): expected a whole number from 0",
        "tiers: {pro: {rate: 0}} | limits.tiers.pro.burst = 200 (default): expected 0 where rate is 0",
        "tiers: {pro: {burst: -5}} | limits.tiers.pro.burst = -5 (sluice.yaml line 2): expected a whole number from 0",
        "tiers: {pro: {by: [planet]}} | limits.tiers.pro.by = planet (sluice.yaml line 2): expected a list of 1 to 4 entries, each one of ip",
        "tiers: {pro: {by: [ip, ip]}} | limits.tiers.pro.by = ip, ip (sluice.yaml line 2): expected each dimension once",
        "tiers: {pro: {by: [account]}} | limits.tiers.pro.by = account (sluice.yaml line 2): expected no 'account'",
        "tiers: {pro: {algorithm: leaky}} | limits.tiers.pro.algorithm = leaky (sluice.yaml line 2): expected one of token_bucket, sliding_window",
        "tiers: {pro: {algorithm: sliding_window, per: 1m}} | limits.tiers.pro.burst = 200 (default): expected none, or the rate",
        "tiers: {x: {rate: 5, algorithm: sliding_window}} | limits.tiers.x.per = 1s (default): expected at least 2s for a sliding window",
        "tiers: {pro: {per: 31d, burst: 10000000}} | limits.tiers.pro.burst = 10000000 (sluice.yaml line 2): expected too large for a window",
        "tiers: {pro: {debt: 2}} | limits.tiers.pro.debt = 2 (sluice.yaml line 2): expected a whole number from 0 to 1",
        "tiers: {pro: {max_wait: 2m}} | limits.tiers.pro.max_wait = 2m (sluice.yaml line 2): expected a duration from 0s to 1m",
        "tiers: {pro: {on_redis_loss: local}} | limits.tiers.pro.on_redis_loss = local (sluice.yaml line 2): expected one of fair_share, open, closed",
        "routes: {pro: {operations: [auth.me]}} | limits.routes.pro (all its keys together): expected another name, because a tier has this one",
        "routes: {x: {limit: {rate: 5}}} | limits.routes.x.operations = \"\" (default): expected at least one",
        "routes: {x: {operations: [auth.lgin]}} | limits.routes.x.operations = auth.lgin (sluice.yaml line 2): expected names, room.*, * or path templates of the API, which 'auth.lgin' is not",
        "routes: {x: {operations: [/nowhere]}} | limits.routes.x.operations = /nowhere (sluice.yaml line 2): expected names",
        "routes: {x: {operations: ['auth.*'], limit: {by: [account]}}} | limits.routes.x.limit.by = account (sluice.yaml line 2): expected 'account' only on operations with an e-mail",
        "routes: {x: {operations: [auth.me], cost: {request: 0}}} | limits.routes.x.cost.request = 0 (sluice.yaml line 2): expected a whole number from 1",
        "tiers: {pro: {rate: 1}, pro: {rate: 2}} | limits.tiers.pro (sluice.yaml line 2): expected once",
      })
  void whatIsWrongIsNamed(String yaml, String message) {
    assertThatThrownBy(() -> load(yaml))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }
}
