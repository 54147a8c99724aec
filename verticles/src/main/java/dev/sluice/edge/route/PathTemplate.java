package dev.sluice.edge.route;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A path as a route writes it: {@code /items/{id}}, {@code /shop/*}.
 *
 * @param segments the texts between slashes; null for a parameter
 * @param names of the parameters in order
 * @param open whether it ends in {@code /*}, which is no segment then
 * @param shape the same for two templates that match the same paths; the path itself if it is exact
 * @param kinds a letter a segment, less for a text than for a parameter: sorts, from the left
 */
record PathTemplate(
    List<String> segments, List<String> names, boolean open, String shape, String kinds) {
  /** The name of what {@code /*} stood for. */
  static final String REST = "rest";

  static final PathTemplate ANY = parse("/*");

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,49}");
  private static final int MAX_LENGTH = 1_000;
  private static final int MAX_SEGMENTS = 100;

  /**
   * @throws IllegalArgumentException saying what would be right
   */
  static PathTemplate parse(String written) {
    if (!written.startsWith("/") || written.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a path, which begins with / and has at most " + MAX_LENGTH + " characters");
    }
    boolean open = written.endsWith("/*");
    String path = open ? written.substring(0, written.length() - 2) : written;
    List<String> segments = new ArrayList<>();
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>(Set.of(REST));
    StringBuilder plain = new StringBuilder();
    for (String segment : path.isEmpty() ? new String[0] : path.substring(1).split("/", -1)) {
      boolean parameter = segment.startsWith("{") && segment.endsWith("}");
      if (parameter) {
        String name = segment.substring(1, segment.length() - 1);
        if (!NAME.matcher(name).matches() || !seen.add(name)) {
          throw new IllegalArgumentException(
              "parameters such as {id}, each name once and none of them {rest}");
        }
        names.add(name);
      } else if (segment.indexOf('{') >= 0 || segment.indexOf('}') >= 0) {
        throw new IllegalArgumentException("parameters that are a whole segment, such as /{id}/");
      } else if (segment.indexOf('*') >= 0) {
        throw new IllegalArgumentException("'*' at the end only, behind a /");
      }
      segments.add(parameter ? null : segment);
      plain.append('/').append(parameter ? "p" : segment);
    }
    requireClean(plain.toString());
    if (segments.size() > MAX_SEGMENTS) {
      throw new IllegalArgumentException("a path of at most " + MAX_SEGMENTS + " segments");
    }
    // Not List.copyOf, which takes no null.
    return new PathTemplate(
        Collections.unmodifiableList(segments),
        List.copyOf(names),
        open,
        shape(segments, open),
        kinds(segments));
  }

  private static void requireClean(String path) {
    if (path.isEmpty()) {
      return;
    }
    String clean = RequestPath.clean(path);
    if (clean == null || path.indexOf('?') >= 0) {
      throw new IllegalArgumentException(
          "a path in percent-encoding, without query and without . and .. as segments");
    }
    if (!clean.equals(path)) {
      throw new IllegalArgumentException("the path as it is compared, which is " + clean);
    }
    if (!RequestPath.otherReading(path).equals(path)) {
      throw new IllegalArgumentException("a path without ';' and encoded slashes");
    }
  }

  /** Whether only one path matches it. */
  boolean isExact() {
    return !open && names.isEmpty();
  }

  int literals() {
    return segments.size() - names.size();
  }

  private static String shape(List<String> segments, boolean open) {
    StringBuilder shape = new StringBuilder();
    for (String segment : segments) {
      shape.append('/').append(segment == null ? "{}" : segment);
    }
    return shape.append(open ? "/*" : "").toString();
  }

  private static String kinds(List<String> segments) {
    StringBuilder kinds = new StringBuilder();
    for (String segment : segments) {
      kinds.append(segment == null ? 'p' : 'l');
    }
    return kinds.toString();
  }
}
