package dev.sluice.edge.http;

/**
 * Which part of a body is asked for (RFC 9110, section 14). One range; who asks for several gets
 * the whole, as who asks for something else than bytes.
 *
 * @param first where it begins
 * @param length its bytes
 */
public record ByteRange(long first, long length) {
  /** There is no such part. */
  public static final ByteRange UNSATISFIABLE = new ByteRange(-1, 0);

  private static final String BYTES = "bytes=";

  /**
   * @param field the value of {@code Range}; null if there is none
   * @param size of the whole
   * @return null for all of it
   */
  public static ByteRange of(String field, long size) {
    if (field == null || !isOfBytes(field)) {
      return null;
    }
    String range = field.substring(BYTES.length()).strip();
    int dash = range.indexOf('-');
    if (dash < 0) {
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

  /** Whether several ranges of bytes are asked for. */
  public static boolean isSeveral(String field) {
    return isOfBytes(field) && field.indexOf(',') >= 0;
  }

  private static boolean isOfBytes(String field) {
    return field.regionMatches(true, 0, BYTES, 0, BYTES.length());
  }

  /** Whether it is {@link #UNSATISFIABLE}. */
  public boolean isNowhere() {
    return length == 0;
  }

  /** As {@code Content-Range} has it. */
  public String of(long size) {
    return "bytes " + first + '-' + (first + length - 1) + '/' + size;
  }

  private static boolean isNumber(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** What is more than any body has bytes is just very large. */
  private static long number(String digits) {
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      if (number > (Long.MAX_VALUE - 9) / 10) {
        return Long.MAX_VALUE;
      }
      number = number * 10 + (digits.charAt(i) - '0');
    }
    return number;
  }
}
