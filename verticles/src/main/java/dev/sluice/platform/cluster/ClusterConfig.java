package dev.sluice.platform.cluster;

import dev.sluice.platform.config.Section;
import dev.sluice.platform.config.Setting;
import java.time.Duration;
import java.util.List;

/** Section {@code cluster}. */
public record ClusterConfig(
    @Setting(doc = "Join other nodes; false: this node is alone.", def = "false") boolean enabled,
    @Setting(doc = "Nodes of one name form a cluster.", def = "sluice", min = 1, max = 100)
        String name,
    @Setting(
            doc = "Address this node listens on for other nodes.",
            def = "127.0.0.1",
            min = 1,
            max = 255)
        String host,
    @Setting(
            doc = "Address other nodes reach this one at, where that differs from cluster.host.",
            min = 0,
            max = 255)
        String publicHost,
    @Setting(doc = "Port for membership.", def = "7800", min = 1024, max = 65_535) int port,
    @Setting(doc = "Port for messages; 0 takes a free one.", def = "0", min = 0, max = 65_535)
        int busPort,
    @Setting(
            doc = "Where other nodes may be found, as host:port; the list may include this node.",
            def = "127.0.0.1:7800",
            min = 0,
            max = 100)
        List<String> hosts,
    @Setting(
            doc =
                "A DNS name with an address a node, such as a headless service; instead of hosts.",
            min = 0,
            max = 255)
        String dns,
    @Setting(
            doc = "How long a node looks for others before it takes itself for the first.",
            def = "1s",
            min = 100,
            max = 60_000)
        Duration joinTimeout) {

  public static final Section<ClusterConfig> SECTION =
      new Section<>("cluster", ClusterConfig.class);

  public ClusterConfig {
    hosts = List.copyOf(hosts);
    for (String where : hosts) {
      if (!where.matches("[A-Za-z0-9._-]+:\\d{1,5}")) {
        throw new IllegalArgumentException("hosts: host:port each, not " + where);
      }
    }
  }
}
