package dev.sluice.platform.redis;

import dev.sluice.platform.config.Section;
import dev.sluice.platform.config.Setting;
import java.time.Duration;
import java.util.regex.Pattern;

/** Where Redis is, and how long to wait for it. */
public record RedisConfig(
    @Setting(
            doc = "Redis, as redis://[[user]:password@]host:port[/db]; rediss:// for TLS.",
            def = "redis://127.0.0.1:16379",
            secret = true)
        String uri,
    @Setting(
            doc = "How long one command may take before it counts as failed.",
            def = "250ms",
            min = 10,
            max = 10_000)
        Duration timeout,
    @Setting(
            doc = "Failures in a row after which Redis is left alone for a while.",
            def = "5",
            min = 1,
            max = 1000)
        int failures,
    @Setting(
            doc = "How long Redis is left alone before it is tried again.",
            def = "500ms",
            min = 10,
            max = 60_000)
        Duration pause,
    @Setting(
            doc = "Commands one event loop may have under way; more fail at once.",
            def = "2048",
            min = 1,
            max = 65_536)
        int maxInFlight) {

  public static final Section<RedisConfig> SECTION = new Section<>("redis", RedisConfig.class);

  private static final Pattern URI =
      Pattern.compile(
          "rediss?://([^/]*@)?([^/@:\\[\\]]+|\\[[0-9a-fA-F:.]+])(:\\d{1,5})?(/\\d*)?(\\?.*)?");

  public RedisConfig {
    if (!URI.matcher(uri).matches()) {
      throw new IllegalArgumentException("uri: redis://[[user]:password@]host:port[/db]");
    }
  }

  /** Without the URI, which may hold a password. */
  @Override
  public String toString() {
    return "RedisConfig[timeout=" + timeout + "]";
  }
}
