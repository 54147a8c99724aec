package dev.sluice.edge.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;

/**
 * Which headers go along, and which are the proxy's own (RFC 9110, section 7.6). Those of one hop
 * end here, and so do those that {@code Connection} names; but what is added here is added after
 * that, so that nobody can have it taken away by naming it.
 */
final class Headers {
  static final CharSequence VIA = HttpHeaders.createOptimized("Via");
  static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");
  static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");
  static final CharSequence TIMEOUT = HttpHeaders.createOptimized("X-Request-Timeout-Ms");
  private static final CharSequence FORWARDED = HttpHeaders.createOptimized("Forwarded");
  private static final CharSequence FORWARDED_FOR = HttpHeaders.createOptimized("X-Forwarded-For");
  private static final CharSequence FORWARDED_HOST =
      HttpHeaders.createOptimized("X-Forwarded-Host");
  private static final CharSequence FORWARDED_PROTO =
      HttpHeaders.createOptimized("X-Forwarded-Proto");
  private static final CharSequence SUBJECT =
      HttpHeaders.createOptimized("X-Authenticated-Subject");
  private static final CharSequence TIER = HttpHeaders.createOptimized("X-Authenticated-Tier");
  private static final CharSequence BY = HttpHeaders.createOptimized("X-Authenticated-By");
  private static final CharSequence TE = HttpHeaders.createOptimized("TE");
  private static final CharSequence TRAILERS = HttpHeaders.createOptimized("trailers");
  private static final String OUR_NAME = "sluice";

  /** A request that has come through so many of us is going in a circle. */
  private static final int MOST_HOPS = 8;

  private Headers() {}

  /**
   * Writes what the upstream is sent.
   *
   * @param host the value of {@code Host}, or null for the target's own
   * @param websocket whether the upgrade goes along
   */
  static void towardsUpstream(Inbound in, MultiMap to, String host, boolean websocket) {
    HttpServerRequest request = in.request();
    MultiMap from = request.headers();
    String connection = joined(from, HttpHeaders.CONNECTION);
    boolean believed = in.behindTrustedProxy();
    from.forEach(
        (name, value) -> {
          if (!endsHere(name, believed) && !nominated(connection, name)) {
            to.add(name, value);
          }
        });
    if (from.contains(TE, TRAILERS, true)) {
      to.set(TE, TRAILERS);
    }
    if (websocket) {
      to.set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
      to.set(HttpHeaders.UPGRADE, "websocket");
    }
    if (host != null) {
      to.set(HttpHeaders.HOST, host);
    }
    via(from, to, request.version());
    forwarded(in, believed, from, to);
    to.set(REQUEST_ID, in.correlationId());
    to.set(TRACEPARENT, in.traceparent());
    Inbound.Identity who = in.identity();
    if (who != null) {
      to.set(SUBJECT, who.subject());
      to.set(BY, who.method());
      if (!who.tier().isEmpty()) {
        to.set(TIER, who.tier());
      }
    }
  }

  /** Writes what the client is sent. */
  static void towardsClient(MultiMap from, MultiMap to, HttpVersion received) {
    String connection = joined(from, HttpHeaders.CONNECTION);
    from.forEach(
        (name, value) -> {
          if (!ofOneHop(name) && !nominated(connection, name)) {
            to.add(name, value);
          }
        });
    via(from, to, received);
  }

  /** -1 where it is not said; the HTTP codec has checked that it is a number. */
  static long contentLength(MultiMap headers) {
    String length = headers.get(HttpHeaders.CONTENT_LENGTH);
    return length == null ? -1 : Long.parseLong(length);
  }

  /** Whether the request has been here too often. */
  static boolean circles(MultiMap headers) {
    if (!headers.contains(VIA)) {
      return false;
    }
    int hops = 0;
    for (String line : headers.getAll(VIA)) {
      for (int at = line.indexOf(OUR_NAME); at >= 0; at = line.indexOf(OUR_NAME, at + 1)) {
        hops++;
      }
    }
    return hops >= MOST_HOPS;
  }

  /**
   * Of an answer that is kept as its upstream sent it; nobody knows any more over which protocol.
   */
  static void viaUs(MultiMap headers) {
    via(headers, headers, HttpVersion.HTTP_1_1);
  }

  private static void via(MultiMap from, MultiMap to, HttpVersion received) {
    String ours =
        switch (received) {
          case HTTP_1_0 -> "1.0 " + OUR_NAME;
          case HTTP_1_1 -> "1.1 " + OUR_NAME;
          case HTTP_2 -> "2.0 " + OUR_NAME;
        };
    List<String> others = from.contains(VIA) ? from.getAll(VIA) : List.of();
    to.set(VIA, others.isEmpty() ? ours : String.join(", ", others) + ", " + ours);
  }

  private static void forwarded(Inbound in, boolean believed, MultiMap from, MultiMap to) {
    HttpServerRequest request = in.request();
    String peer = request.remoteAddress().hostAddress();
    String scheme = request.isSSL() ? "https" : "http";
    String host = in.authority();
    String before = believed ? joined(from, FORWARDED_FOR) : null;
    to.set(FORWARDED_FOR, before == null ? peer : before + ", " + peer);
    if (!believed || !from.contains(FORWARDED_PROTO)) {
      to.set(FORWARDED_PROTO, scheme);
    }
    if (host != null && (!believed || !from.contains(FORWARDED_HOST))) {
      to.set(FORWARDED_HOST, host);
    }
    StringBuilder own = new StringBuilder(64);
    String earlier = believed ? joined(from, FORWARDED) : null;
    if (earlier != null) {
      own.append(earlier).append(", ");
    }
    own.append("for=");
    if (peer.indexOf(':') >= 0) {
      own.append("\"[").append(peer).append("]\"");
    } else {
      own.append(peer);
    }
    if (host != null && host.indexOf('"') < 0 && host.indexOf('\\') < 0) {
      own.append(";host=\"").append(host).append('"');
    }
    to.set(FORWARDED, own.append(";proto=").append(scheme).toString());
  }

  private static String joined(MultiMap headers, CharSequence name) {
    return headers.contains(name) ? String.join(", ", headers.getAll(name)) : null;
  }

  /**
   * Whether a request's header goes no further: those of one hop, those that are written anew, and
   * what only a proxy that is believed may say.
   */
  private static boolean endsHere(String name, boolean believed) {
    if (name.isEmpty() || name.charAt(0) == ':') {
      return true; // HTTP/2 has such, and they are said otherwise
    }
    char first = Character.toLowerCase(name.charAt(0));
    return switch (first) {
      case 'h' -> name.equalsIgnoreCase("Host") || name.equalsIgnoreCase("HTTP2-Settings");
      case 'e' -> name.equalsIgnoreCase("Expect");
      case 'v' -> name.equalsIgnoreCase("Via");
      case 'x' -> claims(name.indexOf('_') < 0 ? name : name.replace('_', '-'), believed);
      default -> ofOneHop(name);
    };
  }

  /** What only we, or only proxies, may say; many servers take an underscore for a hyphen. */
  private static boolean claims(String name, boolean believed) {
    return name.regionMatches(true, 0, "X-Authenticated-", 0, 16)
        || (!believed
            && (name.regionMatches(true, 0, "X-Forwarded-", 0, 12)
                || name.equalsIgnoreCase("X-Real-IP")));
  }

  private static boolean ofOneHop(String name) {
    return switch (name.length()) {
      case 2 -> name.equalsIgnoreCase("TE");
      case 7 -> name.equalsIgnoreCase("Upgrade");
      case 10 -> name.equalsIgnoreCase("Connection") || name.equalsIgnoreCase("Keep-Alive");
      case 16 -> name.equalsIgnoreCase("Proxy-Connection");
      case 17 -> name.equalsIgnoreCase("Transfer-Encoding");
      case 18 -> name.equalsIgnoreCase("Proxy-Authenticate");
      case 19 -> name.equalsIgnoreCase("Proxy-Authorization");
      default -> false;
    };
  }

  /** Whether {@code Connection} names this header; most have no such list, or one word. */
  private static boolean nominated(String connection, String name) {
    if (connection == null || connection.length() < name.length()) {
      return false;
    }
    int at = 0;
    while (at <= connection.length() - name.length()) {
      int comma = connection.indexOf(',', at);
      int end = comma < 0 ? connection.length() : comma;
      int begin = at;
      while (begin < end && connection.charAt(begin) <= ' ') {
        begin++;
      }
      while (end > begin && connection.charAt(end - 1) <= ' ') {
        end--;
      }
      if (end - begin == name.length()
          && connection.regionMatches(true, begin, name, 0, name.length())) {
        return true;
      }
      if (comma < 0) {
        return false;
      }
      at = comma + 1;
    }
    return false;
  }
}
