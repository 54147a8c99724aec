package dev.sluice.edge.http;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;

/** Field values that are lists: RFC 9110 section 5.6.1. */
public final class FieldValues {
  private FieldValues() {}

  /** All lines of the field as one, or null when there is none. */
  public static String combined(MultiMap headers, CharSequence name) {
    List<String> lines = headers.getAll(name);
    return switch (lines.size()) {
      case 0 -> null;
      case 1 -> lines.get(0);
      default -> String.join(", ", lines);
    };
  }

  /** The members, trimmed, without empty ones; a comma inside quotes parts nothing. */
  public static List<String> members(String value) {
    List<String> members = new ArrayList<>(4);
    int from = 0;
    while (from <= value.length()) {
      int to = end(value, from);
      String member = value.substring(from, to).strip();
      if (!member.isEmpty()) {
        members.add(member);
      }
      from = to + 1;
    }
    return members;
  }

  /** Whether a quoted string is not closed, so that what follows cannot be told from it. */
  public static boolean unclosed(String value) {
    boolean quoted = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        i++;
      }
    }
    return quoted;
  }

  /** Where the member that begins here ends. */
  private static int end(String value, int from) {
    boolean quoted = false;
    for (int i = from; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        i++;
      } else if (c == ',' && !quoted) {
        return i;
      }
    }
    return value.length();
  }

  /** What a quoted string says, or null if it is none. */
  public static String unquoted(String value) {
    int last = value.length() - 1;
    if (last < 1 || value.charAt(0) != '"' || value.charAt(last) != '"') {
      return null;
    }
    if (value.indexOf('\\') < 0) {
      return value.substring(1, last);
    }
    StringBuilder plain = new StringBuilder(last);
    for (int i = 1; i < last; i++) {
      char c = value.charAt(i);
      plain.append(c == '\\' && i + 1 < last ? value.charAt(++i) : c);
    }
    return plain.toString();
  }

  /** A number of seconds (section 1.2.2 of RFC 9111), at most 2^31, or -1 if it is none. */
  public static long seconds(String digits) {
    if (digits.isEmpty()) {
      return -1;
    }
    long seconds = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      seconds = Math.min(1L << 31, seconds * 10 + (c - '0'));
    }
    return seconds;
  }
}
