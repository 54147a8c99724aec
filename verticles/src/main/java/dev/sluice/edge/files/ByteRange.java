package dev.sluice.edge.files;

/**
 * Which part of a file is asked for (RFC 9110, section 14). One range; who asks for several gets
 * the whole file, as who asks for something else than bytes.
 *
 * @param first where it begins
 * @param length its bytes
 */
record ByteRange(long first, long length) {
  /** There is no such part. */
  static final ByteRange UNSATISFIABLE = new ByteRange(-1, 0);

  private static final String BYTES = "bytes=";
  private static final int MOST_DIGITS = 18;

  /**
   * @param field the value of {@code Range}; null if there is none
   * @param size of the whole
   * @return null for all of it
   */
  static ByteRange of(String field, long size) {
    if (field == null || !field.regionMatches(true, 0, BYTES, 0, BYTES.length())) {
      return null;
    }
    String range = field.substring(BYTES.length()).strip();
    int dash = range.indexOf('-');
    if (dash < 0 || range.indexOf(',') >= 0) {
      return null;
    }
    String from = range.substring(0, dash);
    String to = range.substring(dash + 1);
    if (!isNumber(from) || !isNumber(to) || (from.isEmpty() && to.isEmpty())) {
      return null;
    }
    if (from.isEmpty()) {
      long length = Math.min(number(to), size);
      return length == 0 ? UNSATISFIABLE : new ByteRange(size - length, length);
    }
    long first = number(from);
    long last = to.isEmpty() ? Long.MAX_VALUE : number(to);
    if (last < first) {
      return null;
    }
    return first >= size
        ? UNSATISFIABLE
        : new ByteRange(first, Math.min(last, size - 1) - first + 1);
  }

  /** Whether it is {@link #UNSATISFIABLE}. */
  boolean isNowhere() {
    return length == 0;
  }

  /** As {@code Content-Range} has it. */
  String of(long size) {
    return "bytes " + first + '-' + (first + length - 1) + '/' + size;
  }

  private static boolean isNumber(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** What has more digits than any file has bytes is just very large. */
  private static long number(String digits) {
    return digits.length() > MOST_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
  }
}
