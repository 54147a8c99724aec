package dev.sluice.edge.route;

import dev.sluice.platform.config.Setting;
import dev.sluice.platform.config.Unread;
import java.util.List;

/** A plugin as Kong's declarative files have it. {@link KongPlugins} has what each knows. */
public record KongPlugin(
    @Setting(
            doc = "What it is.",
            def = "",
            allowed = {
              "acl",
              "correlation-id",
              "cors",
              "ip-restriction",
              "jwt",
              "key-auth",
              "prometheus",
              "proxy-cache",
              "rate-limiting",
              "request-size-limiting",
              "request-transformer",
              "response-transformer"
            })
        String name,
    @Setting(doc = "Whether it is in force.", def = "true") boolean enabled,
    @Setting(doc = "Only for people.", min = 0, max = 100) List<String> tags,
    @Setting(doc = "Its settings.") Unread config) {

  public KongPlugin {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("name: the name of a plugin, such as rate-limiting");
    }
  }
}
