package dev.sluice.edge.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Which file a path asks for. It is decoded once, and what could lead out of the folder, or to what
 * is not meant to be seen, asks for nothing: {@code ..} and whatever else begins with a dot (but
 * for {@code .well-known}, RFC 8615), a separator or a NUL that was encoded, what is no UTF-8.
 */
final class AskedPath {
  private static final int MOST_BYTES = 4096; // PATH_MAX
  private static final int MOST_NAME_BYTES = 255; // NAME_MAX
  private static final String WELL_KNOWN = ".well-known";

  private AskedPath() {}

  /**
   * @param raw without a leading slash
   * @return without a slash at its end, empty for the folder itself; null if it asks for nothing
   */
  static String of(String raw) {
    if (raw.length() > MOST_BYTES) {
      return null;
    }
    String trimmed = raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
    if (trimmed.isEmpty()) {
      return raw.isEmpty() ? "" : null;
    }
    String[] segments = trimmed.split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      String name = decode(segments[i]);
      if (name == null || !mayBeSeen(name, i == 0)) {
        return null;
      }
      segments[i] = name;
    }
    return String.join("/", segments);
  }

  private static boolean mayBeSeen(String name, boolean first) {
    if (name.isEmpty() || (name.charAt(0) == '.' && !(first && name.equals(WELL_KNOWN)))) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '/' || c == '\\' || Character.isISOControl(c)) {
        return false;
      }
    }
    return name.getBytes(StandardCharsets.UTF_8).length <= MOST_NAME_BYTES;
  }

  /** Null if there is an escape in it that is none, or something that is no UTF-8. */
  private static String decode(String raw) {
    byte[] bytes = new byte[raw.length()];
    int length = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
        int low = high >= 0 ? Character.digit(raw.charAt(i + 2), 16) : -1;
        if (low < 0 || raw.charAt(i + 1) > 'f' || raw.charAt(i + 2) > 'f') {
          return null;
        }
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else if (c > ' ' && c < 0x7f) {
        bytes[length++] = (byte) c;
      } else {
        return null; // not in a URI (RFC 3986, section 2)
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
