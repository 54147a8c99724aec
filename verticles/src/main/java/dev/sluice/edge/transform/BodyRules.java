package dev.sluice.edge.transform;

import dev.sluice.platform.config.Setting;
import java.util.List;
import java.util.Map;

/**
 * Changes to fields of a JSON object, in this order: remove, rename, set, add. A field below others
 * is written with dots, {@code user.name}, or as a JSON pointer (RFC 6901), {@code /user/name}; an
 * array on the way, or a whole body that is one, stands for each of its objects. A field that is
 * renamed stays where it is, and takes the place of one that has its new name. A value that is JSON
 * by itself ({@code 5}, {@code true}, {@code {"a": 1}}) is written as that, any other as a text.
 */
public record BodyRules(
    @Setting(doc = "Fields with the value they then have.", keys = Setting.Keys.TEXT)
        Map<String, String> set,
    @Setting(
            doc = "Fields with the value they have if they are not there.",
            keys = Setting.Keys.TEXT)
        Map<String, String> add,
    @Setting(doc = "Fields that are taken out.", min = 0, max = 100) List<String> remove,
    @Setting(doc = "Fields with the name they then have.", keys = Setting.Keys.TEXT)
        Map<String, String> rename) {

  public BodyRules {
    BodyPath.check("set", set.keySet());
    BodyPath.check("add", add.keySet());
    BodyPath.check("remove", remove);
    BodyPath.check("rename", rename.keySet());
    for (String name : rename.values()) {
      if (name.isEmpty() || name.startsWith("/") || name.indexOf('.') >= 0) {
        throw new IllegalArgumentException(
            "rename: new names without dots, as a field stays where it is; not '" + name + "'");
      }
    }
  }

  /** Whether nothing is changed. */
  public boolean isEmpty() {
    return set.isEmpty() && add.isEmpty() && remove.isEmpty() && rename.isEmpty();
  }
}
