package dev.sluice.edge.upstream;

import dev.sluice.platform.config.Setting;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One entry below {@code upstreams} in routes.yaml: servers that do the same. */
public record UpstreamConfig(
    @Setting(doc = "The servers, at least one.", min = 0, max = 1000) List<TargetConfig> targets,
    @Setting(
            doc =
                "How one is picked: 'round_robin' in turn, 'least_requests' the one with the fewest"
                    + " under way, 'power_of_two' the better of two drawn, 'consistent_hash' always"
                    + " the same for the same 'hash_on'; all by weight.",
            def = "round_robin")
        Balance balance,
    @Setting(
            doc =
                "With consistent_hash, what is hashed: ip, client, path, header:<name> or"
                    + " cookie:<name>.",
            def = "client",
            max = 256)
        String hashOn,
    @Setting(
            doc =
                "What is spoken: 'http1', or 'http2' (over TLS if the target knows it, without TLS at"
                    + " once).",
            def = "http1")
        Protocol protocol,
    @Setting(doc = "How it is found out which are well.") ProbeConfig health,
    @Setting(doc = "When one is left alone because too much fails.") BreakerConfig breaker,
    @Setting(doc = "How long a connection may take to open.", def = "30s", min = 10, max = 600_000)
        Duration connectTimeout,
    @Setting(
            doc = "How long a target may take until its response begins.",
            def = "30s",
            min = 10,
            max = 3_600_000)
        Duration responseTimeout,
    @Setting(doc = "The connections.") PoolConfig pool,
    @Setting(
            doc = "Requests under way at once, over all targets; more are refused; 0: no limit.",
            def = "0",
            min = 0,
            max = 1_000_000)
        int maxInFlight,
    @Setting(doc = "TLS towards targets with https.") UpstreamTls tls,
    @Setting(
            doc = "How often the addresses of names are looked up again.",
            def = "5s",
            min = 500,
            max = 3_600_000)
        Duration resolveEvery,
    @Setting(doc = "What people want to know of it, for the catalogue.") AboutConfig about) {

  /** How a target is picked. */
  public enum Balance {
    ROUND_ROBIN,
    LEAST_REQUESTS,
    POWER_OF_TWO,
    CONSISTENT_HASH
  }

  /** What is spoken with targets. */
  public enum Protocol {
    HTTP1,
    HTTP2
  }

  public UpstreamConfig {
    targets = List.copyOf(targets);
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("targets: at least one");
    }
    Set<String> seen = new HashSet<>();
    for (TargetConfig target : targets) {
      if (!seen.add(target.url())) {
        throw new IllegalArgumentException("targets: each url once, not again " + target.url());
      }
    }
    if (!hashOn.matches("ip|client|path|(header|cookie):[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      throw new IllegalArgumentException(
          "hashOn: ip, client, path, header:<name> or cookie:<name>, not '" + hashOn + "'");
    }
  }
}
