package dev.sluice.edge.guard;

import dev.sluice.platform.config.Section;
import dev.sluice.platform.config.Setting;
import java.util.List;

/** Who may come to this node at all, whatever the route, and what is looked for in requests. */
public record GuardConfig(
    @Setting(
            doc =
                "Addresses or networks that may come; of several an address is in, the smallest"
                    + " decides. Empty: all.",
            min = 0,
            max = 10_000)
        List<String> allow,
    @Setting(doc = "Addresses or networks that may not come; 403.", min = 0, max = 10_000)
        List<String> deny,
    @Setting(doc = "Countries that may or may not come; needs country_file.")
        CountriesConfig countries,
    @Setting(
            doc =
                "File of lines first,last,CC or network,CC that says in which country an address is,"
                    + " such as DB-IP's country lite CSV. Read again when it changes.",
            max = 4096)
        String countryFile,
    @Setting(doc = "Looks for obvious attacks.") RulesConfig rules) {
  public static final Section<GuardConfig> SECTION = new Section<>("guard", GuardConfig.class);

  public GuardConfig {
    RouteGuard.check("allow", allow);
    RouteGuard.check("deny", deny);
    if (!countries.isEmpty() && countryFile.isEmpty()) {
      throw new IllegalArgumentException("countryFile: a file, where countries are named");
    }
  }
}
