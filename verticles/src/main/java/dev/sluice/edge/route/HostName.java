package dev.sluice.edge.route;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Hosts as they are compared: without port, in lower case, without a dot at the end. Names with
 * letters beyond ASCII are what DNS has for them, {@code xn--...}, which is what clients send.
 */
final class HostName {
  private static final int MAX_LENGTH = 253;
  private static final Pattern ADDRESS = Pattern.compile("\\[[0-9a-f:.]{2,45}\\]");
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63}){0,126}");

  private HostName() {}

  /**
   * A host of a route.
   *
   * @param written a name, an address, or {@code *.} and a name
   * @throws IllegalArgumentException saying what would be right
   */
  static String ofRoute(String written) {
    boolean below = written.startsWith("*.");
    String name = below ? written.substring(2) : written;
    String ascii;
    try {
      ascii = name.startsWith("[") ? name : IDN.toASCII(name, IDN.ALLOW_UNASSIGNED);
    } catch (IllegalArgumentException e) {
      ascii = "";
    }
    ascii = ascii.toLowerCase(Locale.ROOT);
    ascii = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
    boolean known = ADDRESS.matcher(ascii).matches() || NAME.matcher(ascii).matches();
    if (!known || ascii.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a host without port, such as shop.example.com, *.example.com or [2001:db8::1]");
    }
    return below ? "*." + ascii : ascii;
  }

  /** The host of a request; the same object if there is nothing to change; "" for null. */
  static String ofRequest(String sent) {
    if (sent == null) {
      return "";
    }
    int end = sent.length();
    int colon = sent.indexOf(':', sent.startsWith("[") ? Math.max(0, sent.indexOf(']')) : 0);
    end = colon >= 0 ? colon : end;
    end = end > 0 && sent.charAt(end - 1) == '.' ? end - 1 : end;
    for (int i = 0; i < end; i++) {
      char c = sent.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        return sent.substring(0, end).toLowerCase(Locale.ROOT);
      }
    }
    return end == sent.length() ? sent : sent.substring(0, end);
  }
}
