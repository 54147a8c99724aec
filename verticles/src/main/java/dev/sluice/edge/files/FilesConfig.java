package dev.sluice.edge.files;

import dev.sluice.platform.config.Setting;
import java.time.Duration;

/** A folder whose files are served. */
public record FilesConfig(
    @Setting(
            doc =
                "The folder: below the one of the configuration, such as ./public, or absolute."
                    + " Empty: none.",
            max = 1000)
        String path,
    @Setting(
            doc = "The file for a path that is a folder; empty: 404.",
            def = "index.html",
            max = 200)
        String index,
    @Setting(
            doc = "How long caches may keep a file without asking again.",
            def = "24h",
            min = 0,
            max = 31_536_000_000L)
        Duration maxAge) {

  public FilesConfig {
    if (index.contains("/") || index.contains("\\")) {
      throw new IllegalArgumentException("index: the name of a file without a folder");
    }
  }
}
