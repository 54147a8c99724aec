package dev.sluice.edge.cache;

import dev.sluice.edge.http.FieldValues;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which fields of requests a response depends on (RFC 9111 section 4.1), and how their values are
 * compared: lists without regard to white space, those of content negotiation also without regard
 * to case and order, which mean nothing in them.
 */
final class VaryKey {
  private static final int MOST = 16;
  private static final Set<String> NEGOTIATION =
      Set.of("accept", "accept-encoding", "accept-language", "accept-charset");

  private VaryKey() {}

  /**
   * The fields Vary names, in lower case, sorted; empty when the response does not vary, null when
   * it must not be used again ({@code *}) or names more than a key should have.
   */
  static List<String> names(MultiMap response) {
    String field = FieldValues.combined(response, "Vary");
    if (field == null) {
      return List.of();
    }
    Set<String> names = new TreeSet<>();
    for (String member : FieldValues.members(field)) {
      if (member.equals("*")) {
        return null;
      }
      names.add(member.toLowerCase(Locale.ROOT));
    }
    return names.size() > MOST ? null : List.copyOf(names);
  }

  /** All of both, or null when they are too many. */
  static List<String> union(List<String> some, List<String> more) {
    if (some.containsAll(more)) {
      return some;
    }
    Set<String> all = new TreeSet<>(some);
    all.addAll(more);
    return all.size() > MOST ? null : List.copyOf(all);
  }

  /** Adds the value, made comparable; an absent field differs from an empty one. */
  static void append(StringBuilder key, MultiMap headers, String name) {
    String value = FieldValues.combined(headers, name);
    if (value == null) {
      key.append('\1');
      return;
    }
    List<String> members = FieldValues.members(value);
    if (NEGOTIATION.contains(name.toLowerCase(Locale.ROOT))) {
      List<String> sorted = new ArrayList<>(members.size());
      for (String member : members) {
        sorted.add(spaceless(member).toLowerCase(Locale.ROOT));
      }
      Collections.sort(sorted);
      members = sorted;
    }
    key.append(String.join(",", members));
  }

  private static String spaceless(String member) {
    return member.indexOf(' ') < 0 ? member : member.replace(" ", "");
  }
}
