package dev.sluice.edge.transform;

import java.nio.charset.StandardCharsets;

/** Percent-encoding of URIs (RFC 3986, section 2). */
final class PercentCoding {
  private static final String HEX = "0123456789ABCDEF";

  private PercentCoding() {}

  /** Encodes all but unreserved characters. */
  static String encode(String text) {
    StringBuilder out = null;
    byte[] bytes = null;
    if (!isUnreserved(text)) {
      bytes = text.getBytes(StandardCharsets.UTF_8);
      out = new StringBuilder(bytes.length + 16);
      for (byte b : bytes) {
        if (isUnreserved((char) (b & 0xff))) {
          out.append((char) b);
        } else {
          escape(b, out);
        }
      }
    }
    return out == null ? text : out.toString();
  }

  /** Decodes once; a {@code %} that begins no escape stays, and bytes that are no UTF-8 do not. */
  static String decode(String raw, boolean plusIsSpace) {
    if (raw.indexOf('%') < 0 && !(plusIsSpace && raw.indexOf('+') >= 0)) {
      return raw;
    }
    byte[] in = raw.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[in.length];
    int length = 0;
    for (int i = 0; i < in.length; i++) {
      int high = in[i] == '%' && i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(in[i + 2], 16) : -1;
      if (low >= 0) {
        out[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        out[length++] = plusIsSpace && in[i] == '+' ? (byte) ' ' : in[i];
      }
    }
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }

  /**
   * A text as a value of a header field: on one line, in printable ASCII. Whatever else there is
   * gets encoded and not left out, so that different texts do not become the same.
   */
  static String printable(String text) {
    int at = 0;
    while (at < text.length() && text.charAt(at) >= ' ' && text.charAt(at) < 0x7f) {
      at++;
    }
    if (at == text.length()) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b < 0x7f) {
        out.append((char) b);
      } else {
        escape(b, out);
      }
    }
    return out.toString();
  }

  private static void escape(byte b, StringBuilder out) {
    out.append('%').append(HEX.charAt((b >> 4) & 0xf)).append(HEX.charAt(b & 0xf));
  }

  private static boolean isUnreserved(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isUnreserved(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }
}
