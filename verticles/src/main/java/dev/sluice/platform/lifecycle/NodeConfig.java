package dev.sluice.platform.lifecycle;

import dev.sluice.platform.config.Section;
import dev.sluice.platform.config.Setting;
import java.time.Duration;
import java.util.List;

/** Section {@code node}: what this node is. */
public record NodeConfig(
    @Setting(doc = "Name of this node in logs and metrics; empty: made from the host's.", max = 100)
        String name,
    @Setting(
            doc =
                "What this node serves: rooms, or roles, which are lists of rooms in"
                    + " conf/roles/<role>.yaml.",
            def = "all",
            min = 1,
            max = 100)
        List<String> roles,
    @Setting(
            doc =
                "The secret all nodes share, at least 32 characters: it signs callers between nodes"
                    + " and encrypts the keys that sign tokens. Make one with: openssl rand -hex 32",
            max = 1000,
            secret = true)
        String secret,
    @Setting(doc = "File written when this node is ready, with its URLs; for scripts.", max = 4096)
        String readyFile,
    @Setting(
            doc = "Stop when the process with this id ends; 0: never. For scripts.",
            def = "0",
            min = 0,
            max = 4_294_967_295L)
        long exitWith,
    @Setting(
            doc = "On stop: how long to be unready before connections are refused, for balancers.",
            def = "0s",
            min = 0,
            max = 600_000)
        Duration drainWait,
    @Setting(
            doc = "On stop: the longest the whole drain may take.",
            def = "30s",
            min = 1_000,
            max = 600_000)
        Duration drainTimeout) {

  public static final Section<NodeConfig> SECTION = new Section<>("node", NodeConfig.class);
  private static final int MIN_SECRET = 32;

  public NodeConfig {
    roles = List.copyOf(roles);
    if (secret.length() < MIN_SECRET) {
      throw new IllegalArgumentException(
          "secret: at least "
              + MIN_SECRET
              + " characters, the same on every node; make one with: openssl rand -hex 32");
    }
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "NodeConfig[name=" + name + ", roles=" + roles + "]";
  }
}
