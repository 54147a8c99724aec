package dev.sluice.edge.route;

import dev.sluice.platform.config.Setting;
import java.util.regex.Pattern;

/** What the upstream is asked for. Without any of this: what the client asked for. */
public record RewriteConfig(
    @Setting(
            doc =
                "The path, in which {parameter} is that of the match and {rest} what /* stood for."
                    + " Empty: as it came.",
            def = "",
            max = 1000)
        String path,
    @Setting(doc = "What is taken off the beginning of the path.", def = "", max = 1000)
        String stripPrefix,
    @Setting(
            doc =
                "The host: 'upstream' is that of the target, 'preserve' the one the client asked"
                    + " for, anything else a name.",
            def = "upstream",
            max = 255)
        String host) {

  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_.:\\[\\]-]{1,255}");

  public RewriteConfig {
    if (!path.isEmpty() && !path.startsWith("/")) {
      throw new IllegalArgumentException("path: a path, which begins with /");
    }
    if (!path.isEmpty() && !stripPrefix.isEmpty()) {
      throw new IllegalArgumentException("stripPrefix: nothing where path says all of it");
    }
    if (!stripPrefix.isEmpty() && (!stripPrefix.startsWith("/") || stripPrefix.endsWith("/"))) {
      throw new IllegalArgumentException("stripPrefix: a path such as /shop, no / at its end");
    }
    if (!HOST.matcher(host).matches()) {
      throw new IllegalArgumentException("host: upstream, preserve or the name of a host");
    }
  }
}
