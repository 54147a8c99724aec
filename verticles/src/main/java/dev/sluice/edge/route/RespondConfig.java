package dev.sluice.edge.route;

import dev.sluice.platform.config.Setting;
import java.util.Map;

/** An answer that is always the same. */
public record RespondConfig(
    @Setting(doc = "The status; 0: no such answer.", def = "0", min = 0, max = 599) int status,
    @Setting(doc = "The type of the body.", def = "text/plain; charset=utf-8", min = 1, max = 200)
        String contentType,
    @Setting(doc = "The body.", def = "", max = 65_536) String body,
    @Setting(doc = "More header fields, such as Location.", keys = Setting.Keys.TOKEN, max = 4000)
        Map<String, String> headers) {

  public RespondConfig {
    if (status != 0 && status < 200) {
      throw new IllegalArgumentException("status: 0 or a status from 200 to 599");
    }
    if (status == 0 && !body.isEmpty()) {
      throw new IllegalArgumentException("status: a status from 200 to 599, as there is a body");
    }
  }
}
