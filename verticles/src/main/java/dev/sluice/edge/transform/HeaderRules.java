package dev.sluice.edge.transform;

import dev.sluice.platform.config.Setting;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Changes to header fields, in this order: remove, rename, set, add, absent. Values may have {@code
 * {parameter}}s of the route's path, {@code {rest}}, {@code {client.ip}}, {@code {client.subject}}
 * and {@code {request.id}}; a field with one that is not known of a request is not written, and one
 * to be set is taken out. A field that is renamed takes the place of one that has its new name.
 */
public record HeaderRules(
    @Setting(doc = "Fields with the value they then have.", keys = Setting.Keys.TOKEN)
        Map<String, String> set,
    @Setting(
            doc = "Fields with a value they have besides those that are there.",
            keys = Setting.Keys.TOKEN)
        Map<String, String> add,
    @Setting(
            doc = "Fields with the value they have if they are not there.",
            keys = Setting.Keys.TOKEN)
        Map<String, String> absent,
    @Setting(doc = "Fields that are taken out.", min = 0, max = 100) List<String> remove,
    @Setting(doc = "Fields with the name they then have.", keys = Setting.Keys.TOKEN)
        Map<String, String> rename) {

  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9a-z-]{1,200}");

  // They say how this very message is framed and where it goes, which is the gateway's to say.
  private static final Set<String> OWN =
      Set.of(
          "connection",
          "content-length",
          "host",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  public HeaderRules {
    checkNames("set", set.keySet());
    checkNames("add", add.keySet());
    checkNames("absent", absent.keySet());
    checkNames("remove", remove);
    checkNames("rename", rename.keySet());
    checkNames("rename", rename.values());
    Renames.check(rename, name -> name.toLowerCase(Locale.ROOT));
    Stream.of(set, add, absent)
        .flatMap(values -> values.values().stream())
        .filter(value -> value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c >= 0x7f))
        .findFirst()
        .ifPresent(
            value -> {
              throw new IllegalArgumentException(
                  "set: values of printable ASCII, in set, add and absent, on one line");
            });
  }

  /** Whether nothing is changed. */
  public boolean isEmpty() {
    return set.isEmpty()
        && add.isEmpty()
        && absent.isEmpty()
        && remove.isEmpty()
        && rename.isEmpty();
  }

  private static void checkNames(String component, Collection<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (!NAME.matcher(lower).matches()) {
        throw new IllegalArgumentException(
            component + ": names of header fields, such as X-Request-Id");
      }
      if (OWN.contains(lower)) {
        throw new IllegalArgumentException(
            component + ": no '" + name + "', which the gateway itself writes");
      }
      if (!seen.add(lower)) {
        throw new IllegalArgumentException(component + ": each field once, '" + name + "' too");
      }
    }
  }
}
