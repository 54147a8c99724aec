package dev.sluice.edge.transform;

/**
 * Which content codings a client can read (RFC 9110, section 12.5.3), as weights in thousandths, 0
 * for those it cannot.
 */
public record AcceptEncoding(int br, int gzip, int identity) {
  /** What it is without the field: anything could be sent, and what is always right is. */
  public static final AcceptEncoding NONE = new AcceptEncoding(0, 0, 1000);

  private static final int UNSAID = -1;

  /**
   * @param field its value, all lines joined with commas; null if there is none
   */
  public static AcceptEncoding of(String field) {
    return field == null ? NONE : new Reader().read(field);
  }

  /** Whether gzip is liked at least as much as nothing. */
  public boolean prefersGzip() {
    return gzip > 0 && gzip >= identity;
  }

  /** Whether Brotli is liked at least as much as gzip and as nothing. */
  public boolean prefersBrotli() {
    return br > 0 && br >= gzip && br >= identity;
  }

  private static final class Reader {
    private int br = UNSAID;
    private int gzip = UNSAID;
    private int identity = UNSAID;
    private int any = UNSAID;

    AcceptEncoding read(String field) {
      int at = 0;
      while (at <= field.length()) {
        int comma = field.indexOf(',', at);
        int end = comma < 0 ? field.length() : comma;
        element(field, at, end);
        at = end + 1;
      }
      int others = any == UNSAID ? 0 : any;
      // Nothing at all is always good, but what is named is liked more.
      int unnamed = any == UNSAID ? 1 : any;
      return new AcceptEncoding(
          br == UNSAID ? others : br,
          gzip == UNSAID ? others : gzip,
          identity == UNSAID ? unnamed : identity);
    }

    private void element(String field, int from, int to) {
      int semicolon = field.indexOf(';', from);
      int end = semicolon < 0 || semicolon > to ? to : semicolon;
      int begin = skip(field, from, end);
      int last = end;
      while (last > begin && field.charAt(last - 1) <= ' ') {
        last--;
      }
      int weight = end == to ? 1000 : weight(field, end + 1, to);
      if (is("gzip", field, begin, last) || is("x-gzip", field, begin, last)) {
        gzip = Math.max(gzip, weight);
      } else if (is("br", field, begin, last)) {
        br = weight;
      } else if (is("identity", field, begin, last)) {
        identity = weight;
      } else if (is("*", field, begin, last)) {
        any = weight;
      }
    }

    /** A weight that is none says nothing good of a coding: 0. */
    private static int weight(String field, int from, int to) {
      int at = skip(field, from, to);
      if (at + 2 >= to || (field.charAt(at) | 0x20) != 'q' || field.charAt(at + 1) != '=') {
        return 0;
      }
      at += 2;
      int end = to;
      while (end > at && field.charAt(end - 1) <= ' ') {
        end--;
      }
      char whole = field.charAt(at);
      if ((whole != '0' && whole != '1') || (end > at + 1 && field.charAt(at + 1) != '.')) {
        return 0;
      }
      int weight = (whole - '0') * 1000;
      int unit = 100;
      for (int i = at + 2; i < end; i++, unit /= 10) {
        int digit = field.charAt(i) - '0';
        if (digit < 0 || digit > 9) {
          return 0;
        }
        weight += digit * unit;
      }
      return Math.min(weight, 1000);
    }

    private static int skip(String field, int from, int to) {
      int at = from;
      while (at < to && field.charAt(at) <= ' ') {
        at++;
      }
      return at;
    }

    private static boolean is(String name, String field, int from, int to) {
      return to - from == name.length() && field.regionMatches(true, from, name, 0, name.length());
    }
  }
}
