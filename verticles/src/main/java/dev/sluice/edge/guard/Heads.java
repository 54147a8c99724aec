package dev.sluice.edge.guard;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the parts of a request's head may be, where the RFCs leave a choice or the parser is milder
 * than two servers in a row can afford. Pure; a good value allocates nothing.
 */
final class Heads {
  private static final int LONGEST_METHOD = 32;
  private static final int LONGEST_HOST = 255;

  /**
   * Fields that a client must not make the gateway drop by calling them the connection's: those
   * that frame the message, those that route it, and those that say who asks.
   */
  private static final Set<String> NOT_OF_THE_CONNECTION =
      Set.of(
          "authorization",
          "content-encoding",
          "content-length",
          "content-type",
          "cookie",
          "forwarded",
          "host",
          "traceparent",
          "transfer-encoding",
          "via",
          "x-api-key",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-proto",
          "x-real-ip",
          "x-request-id");

  private Heads() {}

  /** Methods are upper case by custom, and lower case ones are a way around rules for them. */
  static Refused method(String method) {
    int length = method.length();
    boolean good = length > 0 && length <= LONGEST_METHOD && letter(method.charAt(0));
    for (int i = 1; i < length && good; i++) {
      char c = method.charAt(i);
      good = letter(c) || c == '-' || c == '_' || (c >= '0' && c <= '9');
    }
    if (!good) {
      return new Refused(Fault.SYNTAX, "a method is made of A to Z, 0 to 9, '-' and '_'");
    }
    if (method.equals("CONNECT") || method.equals("TRACE") || method.equals("TRACK")) {
      return new Refused(Fault.METHOD, "this method is served nowhere here");
    }
    return null;
  }

  private static boolean letter(char c) {
    return c >= 'A' && c <= 'Z';
  }

  /**
   * The characters of a request target: a URI without a fragment (RFC 9112, section 3.2). The few
   * that RFC 3986 forbids and that browsers and tools send in queries all the same, such as {@code
   * |}, are let through; they have no two readings.
   */
  static Refused target(String target, String method) {
    if (target.isEmpty()) {
      return new Refused(Fault.TARGET, "the request line has no target");
    }
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\') {
        return new Refused(
            Fault.TARGET, "a target is of visible ASCII characters, without '#' and '\\'");
      }
    }
    if (target.charAt(0) == '/') {
      return null;
    }
    boolean all = target.equals("*");
    if (all && method.equals("OPTIONS")) {
      return null;
    }
    if (!all && authority(target) > 0) {
      return null;
    }
    return new Refused(Fault.TARGET, "a target begins with '/' or http://host/");
  }

  /** Where the authority of an absolute-form target begins; 0 if it is of another form. */
  static int authority(String target) {
    if (target.regionMatches(true, 0, "http://", 0, 7)) {
      return 7;
    }
    return target.regionMatches(true, 0, "https://", 0, 8) ? 8 : 0;
  }

  /** Whether it is a name, an IPv4 address or an IPv6 one in brackets, with a port or without. */
  static boolean isHost(String host) {
    int length = host.length();
    if (length == 0 || length > LONGEST_HOST) {
      return false;
    }
    int end = 0;
    if (host.charAt(0) == '[') {
      end = 1;
      while (end < length && isIpv6Character(host.charAt(end))) {
        end++;
      }
      if (end < 3 || end == length || host.charAt(end) != ']') {
        return false;
      }
      end++;
    } else {
      while (end < length && isNameCharacter(host.charAt(end))) {
        end++;
      }
    }
    return end > 0 && (end == length || isPort(host, end));
  }

  private static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  private static boolean isIpv6Character(char c) {
    return (c >= '0' && c <= ':') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '.';
  }

  private static boolean isPort(String host, int colon) {
    int digits = host.length() - colon - 1;
    if (host.charAt(colon) != ':' || digits < 1 || digits > 5) {
      return false;
    }
    int port = 0;
    for (int i = colon + 1; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
      port = 10 * port + c - '0';
    }
    return port > 0 && port <= 65_535;
  }

  /**
   * What HTTP/2 leaves open: its frames cannot be misread, but what they carry goes on as HTTP/1.1
   * (RFC 9113, section 10.3). The size of all headers is a setting of the connection.
   */
  static Refused http2(HttpServerRequest request, int mostHeaders) {
    String method = request.method().name();
    Refused wrong = method(method);
    if (wrong == null) {
      String target = request.uri() == null ? "" : request.uri();
      boolean absolute = authority(target) > 0;
      wrong =
          absolute ? new Refused(Fault.TARGET, ":path begins with '/'") : target(target, method);
    }
    if (wrong != null) {
      return wrong;
    }
    if (request.headers().size() > mostHeaders) {
      return new Refused(
          Fault.HEADERS, "there are more headers than edge.header_count, " + mostHeaders);
    }
    for (Map.Entry<String, String> header : request.headers()) {
      if (!isValue(header.getValue())) {
        return new Refused(Fault.SYNTAX, "header values have no control characters");
      }
    }
    HostAndPort host = request.authority(true);
    String field = request.getHeader(HttpHeaders.HOST);
    String authority = host == null ? field : host.toString();
    if (authority == null || !isHost(authority)) {
      return new Refused(Fault.HOST, ":authority is a name or an address");
    }
    if (field != null && host != null && !field.equalsIgnoreCase(authority)) {
      return new Refused(Fault.HOST, "Host is the same as :authority, or not there");
    }
    return null;
  }

  private static boolean isValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        return false;
      }
    }
    return true;
  }

  /** The options of {@code Connection}, as one value. */
  static Refused connection(String value) {
    if (value.equalsIgnoreCase("keep-alive") || value.equalsIgnoreCase("close")) {
      return null;
    }
    for (String option : value.split(",", -1)) {
      if (NOT_OF_THE_CONNECTION.contains(option.strip().toLowerCase(Locale.ROOT))) {
        return new Refused(
            Fault.CONNECTION, "Connection names a field that is not the connection's own");
      }
    }
    return null;
  }

  /** The value of {@code Transfer-Encoding}. */
  static Refused coding(String value) {
    if (value.equalsIgnoreCase("chunked")) {
      return null;
    }
    String[] codings = value.split(",", -1);
    boolean ends = codings[codings.length - 1].strip().equalsIgnoreCase("chunked");
    for (int i = 0; i < codings.length - 1; i++) {
      ends &= !codings[i].isBlank() && !codings[i].strip().equalsIgnoreCase("chunked");
    }
    return ends
        ? new Refused(Fault.CODING, "chunked is the only transfer coding that is served")
        : new Refused(Fault.FRAMING, "the transfer coding of a request ends in chunked, once");
  }
}
