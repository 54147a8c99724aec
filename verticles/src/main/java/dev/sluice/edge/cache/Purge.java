package dev.sluice.edge.cache;

import java.util.Locale;
import java.util.Objects;

/**
 * What is to be forgotten.
 *
 * @param what a host with path and query as the cache's key has them ({@code
 *     shop.example.com/items?page=2}), the beginning of such ones, a tag, or nothing for all
 */
public record Purge(Kind kind, String what) {
  static final int LONGEST = 8192;

  /** How {@code what} is compared. */
  public enum Kind {
    /** This URI: all methods, variants, routes and callers of it. */
    URI,
    /** All URIs that begin so. */
    PREFIX,
    /** All answers with this tag. */
    TAG,
    ALL
  }

  /** A scheme before the host is dropped; what is kept for http and https goes together. */
  public Purge {
    Objects.requireNonNull(kind, "kind");
    if (kind == Kind.ALL ? !what.isEmpty() : what.isEmpty() || what.length() > LONGEST) {
      throw new IllegalArgumentException(
          "purge %s of '%s': %s would be right"
              .formatted(
                  kind,
                  what.length() > LONGEST ? what.substring(0, 40) + "..." : what,
                  kind == Kind.ALL ? "nothing" : "1 to " + LONGEST + " characters"));
    }
    if (kind == Kind.URI || kind == Kind.PREFIX) {
      what = withoutScheme(what);
    }
  }

  public static Purge uri(String hostAndPath) {
    return new Purge(Kind.URI, hostAndPath);
  }

  public static Purge prefix(String hostAndPath) {
    return new Purge(Kind.PREFIX, hostAndPath);
  }

  public static Purge tag(String tag) {
    return new Purge(Kind.TAG, tag);
  }

  public static Purge all() {
    return new Purge(Kind.ALL, "");
  }

  boolean hits(String key, Kept kept) {
    return switch (kind) {
      case URI ->
          key.length() > what.length()
              && key.charAt(what.length()) == CacheKey.END
              && key.startsWith(what);
      case PREFIX -> key.startsWith(what);
      case TAG -> kept instanceof StoredResponse response && response.tags().contains(what);
      case ALL -> true;
    };
  }

  private static String withoutScheme(String what) {
    int at = what.indexOf("://");
    boolean https = at > 0 && what.substring(0, at).equalsIgnoreCase("https");
    boolean schemed = https || (at > 0 && what.substring(0, at).equalsIgnoreCase("http"));
    String rest = schemed ? what.substring(at + 3) : what;
    int path = rest.indexOf('/');
    String host = (path < 0 ? rest : rest.substring(0, path)).toLowerCase(Locale.ROOT);
    String plain = schemed ? CacheKey.host(host, https ? "https" : "http") : host;
    return path < 0 ? plain : plain + rest.substring(path);
  }
}
