package dev.sluice.edge.transform;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Where a field of a JSON body is: {@code user.name}, or {@code /user/name} (RFC 6901). */
final class BodyPath {
  private static final int MOST_NAMES = 20;

  private BodyPath() {}

  static void check(String component, Collection<String> paths) {
    for (String path : paths) {
      List<String> names = names(path);
      if (names.size() > MOST_NAMES || names.stream().anyMatch(String::isEmpty)) {
        throw new IllegalArgumentException(
            component
                + ": fields such as user.name or /user/name, of at most "
                + MOST_NAMES
                + " names, none of them empty; not '"
                + path
                + "'");
      }
    }
  }

  static List<String> names(String path) {
    boolean pointer = path.startsWith("/");
    char separator = pointer ? '/' : '.';
    List<String> names = new ArrayList<>();
    int at = pointer ? 1 : 0;
    for (int end = path.indexOf(separator, at); end >= 0; end = path.indexOf(separator, at)) {
      names.add(path.substring(at, end));
      at = end + 1;
    }
    names.add(path.substring(at));
    if (pointer) {
      names.replaceAll(name -> name.replace("~1", "/").replace("~0", "~"));
    }
    return names;
  }
}
