package dev.sluice.edge.transform;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What holds for all maps of names to new names. */
final class Renames {
  private Renames() {}

  /**
   * Refuses chains and two fields with one new name: what comes out would depend on the order, and
   * a map has none.
   */
  static void check(Map<String, String> rename, UnaryOperator<String> same) {
    Set<String> old = new HashSet<>();
    rename.keySet().forEach(name -> old.add(same.apply(name)));
    Set<String> fresh = new HashSet<>();
    for (Map.Entry<String, String> each : rename.entrySet()) {
      String name = same.apply(each.getValue());
      boolean itself = name.equals(same.apply(each.getKey()));
      if ((old.contains(name) && !itself) || !fresh.add(name)) {
        throw new IllegalArgumentException(
            "rename: new names that are each given once and are not renamed themselves; not '"
                + each.getValue()
                + "'");
      }
    }
  }
}
