package dev.sluice.platform.management;

import dev.sluice.platform.config.Section;
import dev.sluice.platform.config.Setting;
import java.time.Duration;

/** Section {@code management}: where health and metrics are served. */
public record ManagementConfig(
    @Setting(doc = "Address to listen on; 0.0.0.0 for all.", def = "127.0.0.1", min = 1, max = 255)
        String host,
    @Setting(
            doc = "Port of health and metrics; 0 takes a free one.",
            def = "9091",
            min = 0,
            max = 65535)
        int port,
    @Setting(
            doc = "How long a connection may be idle before it is closed.",
            def = "30s",
            min = 1_000,
            max = 600_000)
        Duration idleTimeout,
    @Setting(
            doc = "Connections at once; more are closed at once.",
            def = "128",
            min = 1,
            max = 10_000)
        int maxConnections) {

  public static final Section<ManagementConfig> SECTION =
      new Section<>("management", ManagementConfig.class);
}
