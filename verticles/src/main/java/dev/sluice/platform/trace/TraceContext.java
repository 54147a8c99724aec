package dev.sluice.platform.trace;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes and checks {@code traceparent} values: {@code 00-<32 hex trace>-<16 hex span>-<2 hex
 * flags>}. Plain strings, because that is the form in which they arrive, travel and are logged.
 */
public final class TraceContext {
  private static final int LENGTH = 55;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private TraceContext() {}

  /** The first span of a new, sampled trace. */
  public static String begin() {
    byte[] out = frame();
    ThreadLocalRandom random = ThreadLocalRandom.current();
    hex(out, 3, random.nextLong());
    hex(out, 19, random.nextLong() | 1);
    hex(out, 36, random.nextLong() | 1);
    out[53] = '0';
    out[54] = '1';
    return text(out);
  }

  /**
   * A new span under {@code parent}, which must be {@link #valid}, or empty where a caller of
   * another make sent none: then the trace begins here.
   */
  public static String child(String parent) {
    if (parent.isEmpty()) {
      return begin();
    }
    byte[] out = frame();
    for (int i = 3; i < 35; i++) {
      out[i] = (byte) parent.charAt(i); // hexadecimal digits, as it is valid
    }
    hex(out, 36, ThreadLocalRandom.current().nextLong() | 1);
    out[53] = (byte) parent.charAt(53);
    out[54] = (byte) parent.charAt(54);
    return text(out);
  }

  /** The 32 hex digits all spans of a trace share. */
  public static String traceId(String traceparent) {
    return traceparent.substring(3, 35);
  }

  /**
   * Whether a client's value can be used. A later version than 00 may be longer; its first part is
   * used as the standard asks. All-zero ids are invalid.
   */
  public static boolean valid(String value) {
    if (value == null || value.length() < LENGTH) {
      return false;
    }
    boolean ours = value.startsWith("00-") && value.length() == LENGTH;
    boolean later = !value.startsWith("00-") && !value.startsWith("ff");
    boolean ends = value.length() == LENGTH || value.charAt(LENGTH) == '-';
    return (ours || later)
        && ends
        && value.charAt(2) == '-'
        && value.charAt(35) == '-'
        && value.charAt(52) == '-'
        && hexNotZero(value, 3, 35)
        && hexNotZero(value, 36, 52)
        && hex(value, 0, 2)
        && hex(value, 53, 55);
  }

  private static String text(byte[] out) {
    return new String(out, StandardCharsets.ISO_8859_1);
  }

  private static byte[] frame() {
    byte[] out = new byte[LENGTH];
    out[0] = '0';
    out[1] = '0';
    out[2] = '-';
    out[35] = '-';
    out[52] = '-';
    return out;
  }

  private static void hex(byte[] out, int at, long bits) {
    for (int i = 15; i >= 0; i--) {
      out[at + i] = HEX[(int) (bits & 15)];
      bits >>>= 4;
    }
  }

  private static boolean hexNotZero(String value, int from, int to) {
    if (!hex(value, from, to)) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (value.charAt(i) != '0') {
        return true;
      }
    }
    return false;
  }

  private static boolean hex(String value, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = value.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }
}
