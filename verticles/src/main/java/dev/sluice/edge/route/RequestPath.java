package dev.sluice.edge.route;

/**
 * What the path of a request means, decided before any route is looked for, so that no route's
 * protection can be walked around by writing a path in another way. Paths stay in percent-encoding;
 * what is compared is what is forwarded.
 *
 * <ul>
 *   <li>Dot segments, {@code /./} and {@code /../}, are refused, also as {@code %2e}, beside an
 *       encoded slash ({@code ..%2F}) or with a path parameter ({@code ..;x}). Clients resolve them
 *       before they ask (RFC 3986, section 5.2.4); who sends them tries something.
 *   <li>Backslashes, {@code #}, control characters, encoded ones, bytes that are not ASCII and
 *       broken percent-encoding are refused.
 *   <li>What need not be encoded is decoded, {@code %61} to {@code a}, and the digits of the others
 *       are in upper case: these are the same path (RFC 3986, section 6.2.2).
 *   <li>Slashes in a row are one, as most servers read them.
 *   <li>{@code %2F} separates nothing here, and {@code ;} is a character like others; but servers
 *       differ in that. {@link #otherReading} is what they could understand, and {@link RouteTable}
 *       finds nothing where that would lead to another route.
 * </ul>
 */
public final class RequestPath {
  private static final boolean[] PLAIN = new boolean[128];

  static {
    for (char c = '!'; c < 127; c++) {
      PLAIN[c] = "%\\#?;/".indexOf(c) < 0;
    }
  }

  private RequestPath() {}

  /**
   * The path to find a route for and to forward, which is the same object for nearly all requests.
   *
   * @param raw as it was sent, without the query
   * @return null if it is to be answered with 400
   */
  public static String clean(String raw) {
    int length = raw.length();
    if (length == 0 || raw.charAt(0) != '/') {
      return null;
    }
    for (int i = 0; i < length; i++) {
      char c = raw.charAt(i);
      if (c == '/') {
        char next = i + 1 < length ? raw.charAt(i + 1) : 'a';
        if (next == '/' || next == '.') {
          return rewritten(raw);
        }
      } else if (c >= 128 || !PLAIN[c]) {
        return rewritten(raw);
      }
    }
    return raw;
  }

  /**
   * A clean path with encoded slashes as slashes and without path parameters; the same object if it
   * has neither.
   */
  static String otherReading(String clean) {
    if (clean.indexOf('%') < 0 && clean.indexOf(';') < 0) {
      return clean;
    }
    StringBuilder other = new StringBuilder(clean.length());
    boolean parameter = false;
    for (int i = 0; i < clean.length(); i++) {
      char c = clean.charAt(i);
      boolean slash = c == '/' || isEncodedSlash(clean, i);
      if (slash) {
        parameter = false;
        if (other.length() == 0 || other.charAt(other.length() - 1) != '/') {
          other.append('/');
        }
        i += c == '%' ? 2 : 0;
      } else if (c == ';') {
        parameter = true;
      } else if (!parameter) {
        other.append(c);
      }
    }
    return other.length() == clean.length() ? clean : other.toString();
  }

  private static String rewritten(String raw) {
    StringBuilder clean = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c <= ' ' || c >= 127 || c == '\\' || c == '#' || c == '?') {
        return null;
      }
      if (c == '%') {
        int code = i + 2 < raw.length() ? hex(raw.charAt(i + 1)) * 16 + hex(raw.charAt(i + 2)) : -1;
        if (code < ' ' || code == 127) {
          return null;
        }
        i += 2;
        if (isUnreserved(code)) {
          clean.append((char) code);
        } else {
          clean.append('%').append(digit(code >> 4)).append(digit(code & 15));
        }
      } else if (c != '/' || clean.length() == 0 || clean.charAt(clean.length() - 1) != '/') {
        clean.append(c);
      }
    }
    if (hasDotSegment(clean)) {
      return null;
    }
    return clean.length() == raw.length() && clean.indexOf(raw) == 0 ? raw : clean.toString();
  }

  private static boolean hasDotSegment(CharSequence path) {
    int dots = 0; // of a segment that has nothing else yet; -1: it has
    for (int i = 0; i <= path.length(); i++) {
      char c = i < path.length() ? path.charAt(i) : '/';
      if (c == '/' || c == ';' || isEncodedSlash(path, i)) {
        if (dots == 1 || dots == 2) {
          return true;
        }
        dots = c == ';' ? -1 : 0;
        i += c == '%' ? 2 : 0;
      } else {
        dots = c == '.' && dots >= 0 ? dots + 1 : -1;
      }
    }
    return false;
  }

  /** %2F, or %5C, which some servers take for one. */
  private static boolean isEncodedSlash(CharSequence path, int at) {
    if (at + 2 >= path.length() || path.charAt(at) != '%') {
      return false;
    }
    char high = path.charAt(at + 1);
    char low = path.charAt(at + 2);
    return (high == '2' && low == 'F') || (high == '5' && low == 'C');
  }

  private static boolean isUnreserved(int code) {
    return (code >= 'a' && code <= 'z')
        || (code >= 'A' && code <= 'Z')
        || (code >= '0' && code <= '9')
        || code == '-'
        || code == '.'
        || code == '_'
        || code == '~';
  }

  /** Far below 0 if it is no hexadecimal digit, so that a sum with it is too. */
  private static int hex(char c) {
    int value = c < 128 ? Character.digit(c, 16) : -1;
    return value < 0 ? -1000 : value;
  }

  private static char digit(int value) {
    return Character.toUpperCase(Character.forDigit(value, 16));
  }
}
