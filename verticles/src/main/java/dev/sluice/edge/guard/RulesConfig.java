package dev.sluice.edge.guard;

import dev.sluice.platform.config.Setting;
import java.util.List;

/** Looking for obvious attacks in the path, the query and some headers. */
public record RulesConfig(
    @Setting(
            doc =
                "Whether requests are looked at: 'report' logs and counts what is found, 'block' also"
                    + " answers it with 403.",
            def = "off")
        Mode mode,
    @Setting(
            doc = "Look at all requests; false: only at those of routes with guard.rules: true.",
            def = "true")
        boolean everywhere,
    @Setting(
            doc = "Rules that are not used, by their ids, which docs/protection.md lists.",
            min = 0,
            max = 100)
        List<String> exclude,
    @Setting(
            doc = "Headers that are looked at, besides path and query.",
            def = "User-Agent, Referer, X-Api-Version",
            min = 0,
            max = 20)
        List<String> headers) {

  public RulesConfig {
    for (String id : exclude) {
      try {
        AttackRule known = AttackRule.of(id);
        assert known != null;
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("exclude: " + e.getMessage(), e);
      }
    }
  }

  /** What is done with what is found. */
  public enum Mode {
    OFF,
    REPORT,
    BLOCK
  }
}
