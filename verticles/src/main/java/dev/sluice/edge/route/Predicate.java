package dev.sluice.edge.route;

import io.vertx.core.MultiMap;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a request must have besides its host, path and method. */
sealed interface Predicate {
  String ANY = "*";

  boolean holds(MultiMap headers, String query);

  /**
   * All predicates of a match.
   *
   * @throws IllegalArgumentException if one of them is not right
   */
  static List<Predicate> of(MatchConfig match) {
    List<Predicate> all = new ArrayList<>();
    match.headers().forEach((name, value) -> all.add(new Header(name, Wanted.of(value))));
    match.query().forEach((name, value) -> all.add(new Parameter(name, Wanted.of(value))));
    if (!match.version().isEmpty()) {
      all.add(new Version(Version.number(match.version())));
    }
    return List.copyOf(all);
  }

  /** What a value must be. */
  record Wanted(String exact, SimpleRegex regex) {
    // A longer one is no match, so that what a check costs has a bound.
    private static final int MAX_LENGTH = 8_192;

    /**
     * @param written an exact value, {@code *} or {@code ~regex}
     * @throws IllegalArgumentException if the expression is not right
     */
    static Wanted of(String written) {
      if (written.equals(ANY)) {
        return new Wanted(null, null);
      }
      return written.startsWith("~")
          ? new Wanted(null, SimpleRegex.of(written.substring(1)))
          : new Wanted(written, null);
    }

    boolean isAny() {
      return exact == null && regex == null;
    }

    boolean is(String value) {
      if (exact != null) {
        return exact.equals(value);
      }
      return regex == null || (value.length() <= MAX_LENGTH && regex.matches(value));
    }
  }

  /** A header field, one of its values. */
  record Header(String name, Wanted wanted) implements Predicate {
    @Override
    public boolean holds(MultiMap headers, String query) {
      if (wanted.isAny()) {
        return headers.contains(name);
      }
      if (wanted.exact != null) {
        return headers.contains(name, wanted.exact, false);
      }
      for (String value : headers.getAll(name)) {
        if (wanted.is(value)) {
          return true;
        }
      }
      return false;
    }
  }

  /** A parameter of the query, one of its values, decoded. */
  record Parameter(String name, Wanted wanted) implements Predicate {
    @Override
    public boolean holds(MultiMap headers, String query) {
      int from = 0;
      while (query != null && from <= query.length()) {
        int end = query.indexOf('&', from);
        end = end < 0 ? query.length() : end;
        int equals = query.indexOf('=', from);
        int nameEnd = equals < 0 || equals > end ? end : equals;
        if (decoded(query.substring(from, nameEnd)).equals(name)
            && wanted.is(decoded(query.substring(Math.min(nameEnd + 1, end), end)))) {
          return true;
        }
        from = end + 1;
      }
      return false;
    }

    private static String decoded(String sent) {
      if (sent.indexOf('%') < 0 && sent.indexOf('+') < 0) {
        return sent;
      }
      try {
        return URLDecoder.decode(sent, StandardCharsets.UTF_8);
      } catch (IllegalArgumentException broken) {
        return sent;
      }
    }
  }

  /** The version of the API a client asks for. */
  record Version(String wanted) implements Predicate {

    /** Without the v of v2. */
    static String number(String written) {
      String version = written.strip();
      return version.startsWith("v") || version.startsWith("V") ? version.substring(1) : version;
    }

    @Override
    public boolean holds(MultiMap headers, String query) {
      String asked = headers.get("Accept-Version");
      if (asked != null) {
        return number(asked).equals(wanted);
      }
      for (String accept : headers.getAll("Accept")) {
        for (String range : accept.split(",", 100)) {
          if (isIn(range)) {
            return true;
          }
        }
      }
      return false;
    }

    /** Whether a media range says it: in its subtype, {@code vnd.any.v2+json}, or a parameter. */
    private boolean isIn(String range) {
      String[] parts = range.split(";", 20);
      String type = parts[0].strip();
      int end = type.indexOf('+');
      String subtype = end < 0 ? type : type.substring(0, end);
      if (subtype.contains("/vnd.") && subtype.endsWith(".v" + wanted)) {
        return true;
      }
      for (int i = 1; i < parts.length; i++) {
        String[] parameter = parts[i].split("=", 2);
        if (parameter.length == 2
            && parameter[0].strip().equalsIgnoreCase("version")
            && number(parameter[1].strip().replace("\"", "")).equals(wanted)) {
          return true;
        }
      }
      return false;
    }
  }
}
