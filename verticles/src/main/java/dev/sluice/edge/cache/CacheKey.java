package dev.sluice.edge.cache;

import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * The keys of a route: first host, path and query, so that purges find them by URI and prefix
 * whatever the rest is; then scheme, route, caller and the headers the route adds. Two routes do
 * not share answers, because they may lead to different services.
 */
final class CacheKey {
  /** Where the URI ends; no valid request line has it. */
  static final char END = '\0';

  private static final int LONGEST = 8192;

  private final String route;
  private final CacheConfig config;
  private final boolean allOfQuery;
  private final boolean noneOfQuery;

  CacheKey(String route, CacheConfig config) {
    this.route = route;
    this.config = config;
    this.allOfQuery = config.query().equals(List.of("all"));
    this.noneOfQuery = config.query().equals(List.of("none"));
  }

  /** Null when it would be too long. */
  String of(CacheRequest request) {
    StringBuilder key = new StringBuilder(128);
    uri(key, request);
    key.append(END).append(request.scheme()).append(END).append(route).append(END);
    if (config.perClient() && request.caller() != null) {
      key.append(request.caller());
      // The upstream may look at other credentials than the gateway did.
      String shown = request.headers().get("Authorization");
      if (shown != null) {
        key.append(' ').append(digest(shown));
      }
    }
    for (String name : config.varyOn()) {
      key.append(END);
      VaryKey.append(key, request.headers(), name);
    }
    return key.length() > LONGEST ? null : key.toString();
  }

  /** Secrets are in no key. */
  private static String digest(String secret) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** The part purges go by. */
  String uri(CacheRequest request) {
    StringBuilder uri = new StringBuilder(64);
    uri(uri, request);
    return uri.toString();
  }

  private void uri(StringBuilder key, CacheRequest request) {
    key.append(host(request.host(), request.scheme()));
    String uri = request.uri();
    int query = uri.indexOf('?');
    if (allOfQuery || query < 0) {
      key.append(uri);
      return;
    }
    key.append(uri, 0, query);
    if (!noneOfQuery) {
      named(key, uri, query + 1);
    }
  }

  private void named(StringBuilder key, String uri, int begin) {
    char separator = '?';
    int from = begin;
    while (from < uri.length()) {
      int to = uri.indexOf('&', from);
      to = to < 0 ? uri.length() : to;
      int equals = uri.indexOf('=', from);
      String name = uri.substring(from, equals < 0 || equals > to ? to : equals);
      if (config.query().contains(name)) {
        key.append(separator).append(uri, from, to);
        separator = '&';
      }
      from = to + 1;
    }
  }

  /** In lower case, without the port that goes without saying. */
  static String host(String host, String scheme) {
    String lower = host.toLowerCase(Locale.ROOT);
    if (lower.endsWith(":443") && scheme.equals("https")) {
      return lower.substring(0, lower.length() - 4);
    }
    return lower.endsWith(":80") && scheme.equals("http")
        ? lower.substring(0, lower.length() - 3)
        : lower;
  }

  /** The part of any key that purges go by. */
  static String uriOf(String key) {
    return key.substring(0, key.indexOf(END));
  }

  /** The key of what is kept under this rule for such a request; null when it would be too long. */
  static String under(String key, List<String> names, MultiMap headers) {
    StringBuilder secondary = new StringBuilder(key.length() + 64).append(key).append(END);
    for (String name : names) {
      secondary.append(END).append(name).append('=');
      VaryKey.append(secondary, headers, name);
    }
    return secondary.length() > 2 * LONGEST ? null : secondary.toString();
  }
}
