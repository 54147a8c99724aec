package dev.sluice.edge.route;

import dev.sluice.platform.config.Setting;
import java.time.Duration;
import java.util.Map;

/**
 * An answer put together from those of several upstreams, asked at the same time and once each: a
 * JSON object with a member for each part. What a part answers must be JSON of at most 1 MB, with a
 * status of 2xx. Where one that is not required is missing its member is null, the header
 * Sluice-Partial names it, and the member _errors says why.
 */
public record ComposeConfig(
    @Setting(
            doc = "The parts by the names they have in the answer; empty: nothing is composed.",
            keys = Setting.Keys.ENTITY)
        Map<String, PartConfig> parts,
    @Setting(
            doc = "Longest wait for all parts; what is not there by then is left out.",
            def = "5s",
            min = 1,
            max = 600_000)
        Duration timeout) {

  public ComposeConfig {
    if (parts.size() > 50) {
      throw new IllegalArgumentException("parts: at most 50 of them");
    }
  }

  /** One upstream that is asked, with GET. */
  public record PartConfig(
      @Setting(doc = "The upstream.", def = "", max = 100) String upstream,
      @Setting(doc = "Labels its targets must have.", keys = Setting.Keys.TEXT)
          Map<String, String> subset,
      @Setting(
              doc =
                  "The path it is asked for, with {parameter}s of the match. The client's query is"
                      + " added unless it has one.",
              def = "/",
              min = 1,
              max = 1000)
          String path,
      @Setting(
              doc = "Whether there is no answer without it; otherwise it is null, and so marked.",
              def = "false")
          boolean required) {
    public PartConfig {
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException("path: a path, which begins with /");
      }
    }
  }
}
