package dev.sluice.edge.upstream;

import dev.sluice.platform.config.Setting;
import java.util.List;

/** What people want to know of a service; nothing here changes where a request goes. */
public record AboutConfig(
    @Setting(doc = "What it is, in a sentence.", def = "", max = 1000) String description,
    @Setting(doc = "What it is there for.", def = "", max = 200) String purpose,
    @Setting(doc = "Who looks after it.", def = "", max = 200) String owner,
    @Setting(doc = "What it is written in.", def = "", max = 100) String language,
    @Setting(
            doc = "Where it listens, if that is not what the targets say; 0: it is.",
            def = "0",
            min = 0,
            max = 65_535)
        int port,
    @Setting(doc = "The names of what it cannot do without.", min = 0, max = 100)
        List<String> dependsOn) {

  public AboutConfig {
    dependsOn = List.copyOf(dependsOn);
  }
}
