package dev.sluice.edge.cache;

import java.util.Locale;

/**
 * One range of bytes of a stored body: RFC 9110 section 14.
 *
 * @param from the first byte
 * @param to the one after the last; not above {@code from}: the body has none of them (416)
 */
record ByteRange(int from, int to) {

  /** What a Range field asks for. */
  enum Kind {
    /** Nothing that is understood; it is ignored. */
    NONE,
    ONE,
    /** Several ranges, which are left to the origin. */
    SEVERAL
  }

  static Kind kind(String field) {
    String value = field.strip().toLowerCase(Locale.ROOT);
    if (!value.startsWith("bytes=")) {
      return Kind.NONE;
    }
    if (value.indexOf(',') >= 0) {
      return Kind.SEVERAL;
    }
    return value.matches("bytes=\\s*(\\d+-\\d*|-\\d+)") ? Kind.ONE : Kind.NONE;
  }

  /** Of a field that is one range; null where it is the wrong way round, and so to be ignored. */
  static ByteRange of(String field, int length) {
    String spec = field.substring(field.indexOf('=') + 1).strip();
    int dash = spec.indexOf('-');
    if (dash == 0) {
      long last = FieldValues.seconds(spec.substring(1));
      return new ByteRange((int) Math.max(0, length - last), length);
    }
    long first = FieldValues.seconds(spec.substring(0, dash));
    String end = spec.substring(dash + 1).strip();
    long last = end.isEmpty() ? Integer.MAX_VALUE : FieldValues.seconds(end);
    if (last < first) {
      return null;
    }
    int from = (int) Math.min(length, first);
    return new ByteRange(from, (int) Math.min(length, last + 1));
  }

  boolean satisfiable() {
    return from < to;
  }
}
