package dev.sluice.edge.upstream;

import io.netty.util.NetUtil;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a target's URL. Names may contain underscores, as those of containers do, which
 * java.net.URI does not take.
 *
 * @param host a name or an address, in lower case, without brackets
 * @param literal whether the host is an address, which needs no resolving
 * @param basePath what is put before the path of requests: empty, or begins and does not end with a
 *     slash
 */
record TargetUrl(boolean tls, String host, int port, boolean literal, String basePath) {

  private static final Pattern SHAPE =
      Pattern.compile(
          "(?<scheme>[Hh][Tt][Tt][Pp][Ss]?)://(?<host>\\[[^\\]]*]|[^/:\\[\\]@?#]+)(:(?<port>\\d{1,5}))?"
              + "(?<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?");
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\\.?");
  private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");

  /** Refuses what is none with an IllegalArgumentException that says what would be right. */
  static TargetUrl of(String url) {
    Matcher parts = SHAPE.matcher(url);
    if (!parts.matches()) {
      throw wrong("without credentials, query or fragment", url);
    }
    String host = parts.group("host");
    boolean bracketed = host.startsWith("[");
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    boolean six = bracketed && NetUtil.isValidIpV6Address(bare) && bare.indexOf('%') < 0;
    boolean four = !bracketed && NetUtil.isValidIpV4Address(bare);
    boolean name = NAME.matcher(bare).matches() && !NUMBERS.matcher(bare).matches();
    if (!six && !four && (bracketed || !name || bare.length() > 253)) {
      throw wrong("with a name, an IPv4 address or an IPv6 address in brackets", url);
    }
    boolean tls = parts.group("scheme").length() == "https".length();
    int port = parts.group("port") == null ? tls ? 443 : 80 : Integer.parseInt(parts.group("port"));
    if (port < 1 || port > 65_535) {
      throw wrong("with a port from 1 to 65535", url);
    }
    return new TargetUrl(
        tls, bare.toLowerCase(Locale.ROOT), port, six || four, basePath(parts.group("path"), url));
  }

  /** The host as it is written before a port. */
  String written() {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }

  private static String basePath(String path, String url) {
    if (path == null) {
      return "";
    }
    String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    for (String segment : trimmed.split("/", -1)) {
      if (segment.equals("..") || segment.equals(".")) {
        throw wrong("with a path without dot segments", url);
      }
    }
    if (trimmed.contains("//") || trimmed.endsWith("/")) {
      throw wrong("with a path without empty segments", url);
    }
    return trimmed;
  }

  private static IllegalArgumentException wrong(String right, String url) {
    return new IllegalArgumentException(
        "url: http:// or https://, a host, perhaps a port and a path, %s; this is '%s'"
            .formatted(right, url));
  }
}
