package dev.sluice.edge.cache;

import dev.sluice.platform.config.Setting;
import java.time.Duration;

/** Where a node keeps the answers of all its routes. */
public record CacheStoreConfig(
    @Setting(
            doc =
                "Memory for cached answers on this node: heads, bodies, keys and tags. As much again"
                    + " at most is used while answers are being received.",
            def = "64MB",
            min = 1_048_576,
            max = 17_179_869_184L,
            unit = Setting.BYTES)
        long bytes,
    @Setting(
            doc =
                "Requests that wait at once for others that fetch the same; more go by themselves.",
            def = "10000",
            min = 0,
            max = 1_000_000)
        int waiting,
    @Setting(doc = "Share answers with the other nodes through Redis.", def = "true") boolean redis,
    @Setting(
            doc = "How long to wait for Redis before the upstream is asked.",
            def = "50ms",
            min = 5,
            max = 5_000)
        Duration redisTimeout,
    @Setting(
            doc = "Largest answer, head and body, that is shared through Redis.",
            def = "256KB",
            min = 1024,
            max = 67_108_864,
            unit = Setting.BYTES)
        int redisMaxEntry,
    @Setting(
            doc =
                "Bytes one event loop may have under way to Redis; answers beyond them are not shared.",
            def = "4MB",
            min = 65_536,
            max = 1_073_741_824,
            unit = Setting.BYTES)
        int redisInFlight) {

  public CacheStoreConfig {
    if (redisMaxEntry > redisInFlight) {
      throw new IllegalArgumentException("redis_max_entry: at most redis_in_flight");
    }
  }
}
