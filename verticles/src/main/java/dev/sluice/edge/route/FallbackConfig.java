package dev.sluice.edge.route;

import dev.sluice.platform.config.Setting;

/** What is answered when no upstream does. */
public record FallbackConfig(
    @Setting(
            doc = "The status; 0: the problem itself is answered, such as 502, 503 or 504.",
            def = "0",
            min = 0,
            max = 599)
        int status,
    @Setting(doc = "The type of the body.", def = "application/json", min = 1, max = 200)
        String contentType,
    @Setting(doc = "The body.", def = "", max = 65_536) String body) {

  public FallbackConfig {
    if (status != 0 && status < 200) {
      throw new IllegalArgumentException("status: 0 or a status from 200 to 599");
    }
    if (status == 0 && !body.isEmpty()) {
      throw new IllegalArgumentException("status: a status from 200 to 599, as there is a body");
    }
  }
}
