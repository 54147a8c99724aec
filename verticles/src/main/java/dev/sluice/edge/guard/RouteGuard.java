package dev.sluice.edge.guard;

import dev.sluice.platform.config.Setting;
import java.util.List;

/** Who may use a route, and whether its requests are looked at for attacks. */
public record RouteGuard(
    @Setting(
            doc =
                "Addresses or networks that may come; of several an address is in, the smallest"
                    + " decides. Empty: all.",
            min = 0,
            max = 10_000)
        List<String> allow,
    @Setting(doc = "Addresses or networks that may not come.", min = 0, max = 10_000)
        List<String> deny,
    @Setting(doc = "Countries that may or may not come; needs guard.country_file.")
        CountriesConfig countries,
    @Setting(
            doc = "Look for obvious attacks, where guard.rules.everywhere is false.",
            def = "false")
        boolean rules) {
  public RouteGuard {
    check("allow", allow);
    check("deny", deny);
  }

  static void check(String component, List<String> networks) {
    for (String network : networks) {
      try {
        Object parsed = Network.parse(network);
        assert parsed != null;
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            component + ": addresses or networks such as 10.0.0.0/8 or fd00::/8; " + e.getMessage(),
            e);
      }
    }
  }
}
