package dev.sluice.edge.transform;

import dev.sluice.platform.config.Setting;
import java.util.List;
import java.util.Map;

/**
 * Changes to parameters of the query, in this order: remove, rename, set, add, absent. What is not
 * touched stays as it was written. Values may have the same {@code {parameter}}s as those of
 * headers.
 */
public record QueryRules(
    @Setting(doc = "Parameters with the value they then have.", keys = Setting.Keys.TEXT)
        Map<String, String> set,
    @Setting(
            doc = "Parameters with a value they have besides those that are there.",
            keys = Setting.Keys.TEXT)
        Map<String, String> add,
    @Setting(
            doc = "Parameters with the value they have if they are not there.",
            keys = Setting.Keys.TEXT)
        Map<String, String> absent,
    @Setting(doc = "Parameters that are taken out.", min = 0, max = 100) List<String> remove,
    @Setting(doc = "Parameters with the name they then have.", keys = Setting.Keys.TEXT)
        Map<String, String> rename) {

  public QueryRules {
    Renames.check(rename, name -> name);
  }

  /** Whether nothing is changed. */
  public boolean isEmpty() {
    return set.isEmpty()
        && add.isEmpty()
        && absent.isEmpty()
        && remove.isEmpty()
        && rename.isEmpty();
  }
}
