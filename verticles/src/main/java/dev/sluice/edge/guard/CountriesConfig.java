package dev.sluice.edge.guard;

import dev.sluice.platform.config.Setting;
import java.util.List;

/** Countries whose addresses may come, or may not; one of the two lists is empty. */
public record CountriesConfig(
    @Setting(
            doc =
                "Countries that may come, such as DE; others, and addresses of no known country, may"
                    + " not. Empty: all.",
            min = 0,
            max = 300)
        List<String> allow,
    @Setting(doc = "Countries that may not come.", min = 0, max = 300) List<String> deny) {
  public CountriesConfig {
    check("allow", allow);
    check("deny", deny);
    if (!allow.isEmpty() && !deny.isEmpty()) {
      throw new IllegalArgumentException("deny: empty where allow is not");
    }
  }

  private static void check(String component, List<String> countries) {
    for (String country : countries) {
      try {
        int code = CountryTable.code(country);
        assert code >= 0;
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(component + ": " + e.getMessage(), e);
      }
    }
  }

  boolean isEmpty() {
    return allow.isEmpty() && deny.isEmpty();
  }
}
