package dev.sluice.edge.transform;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;

/**
 * Fields that tell browsers to be careful. What the upstream says itself stands: it knows its
 * pages, the gateway only what is safe for most. There is no policy for scripts among them, which
 * would break pages with scripts in them; a route sets its own with {@code headers.set}.
 */
final class SecurityFields {
  private static final CharSequence OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
  private static final CharSequence FRAMES = HttpHeaders.createOptimized("X-Frame-Options");
  private static final CharSequence POLICY = HttpHeaders.createOptimized("Content-Security-Policy");
  private static final CharSequence REFERRER = HttpHeaders.createOptimized("Referrer-Policy");
  private static final CharSequence TRANSPORT =
      HttpHeaders.createOptimized("Strict-Transport-Security");
  private static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("nosniff");
  private static final CharSequence DENY = HttpHeaders.createOptimized("DENY");
  private static final CharSequence NO_ANCESTORS =
      HttpHeaders.createOptimized("frame-ancestors 'none'");
  private static final CharSequence OWN_ORIGIN =
      HttpHeaders.createOptimized("strict-origin-when-cross-origin");
  private static final CharSequence A_YEAR = HttpHeaders.createOptimized("max-age=31536000");

  private SecurityFields() {}

  /**
   * @param secure whether the client came over TLS: elsewhere a browser must not believe it (RFC
   *     6797, section 7.2)
   */
  static void apply(MultiMap headers, boolean secure) {
    setIfAbsent(headers, OPTIONS, NO_SNIFF);
    boolean policy = headers.contains(POLICY);
    boolean frames = headers.contains(FRAMES);
    // Browsers go by frame-ancestors where there are both, so neither may contradict the other.
    boolean ancestors =
        policy
            && headers.getAll(POLICY).stream()
                .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("frame-ancestors"));
    if (!frames && !ancestors) {
      headers.set(FRAMES, DENY);
      if (!policy) {
        headers.set(POLICY, NO_ANCESTORS);
      }
    }
    setIfAbsent(headers, REFERRER, OWN_ORIGIN);
    if (secure) {
      setIfAbsent(headers, TRANSPORT, A_YEAR);
    }
  }

  private static void setIfAbsent(MultiMap headers, CharSequence name, CharSequence value) {
    if (!headers.contains(name)) {
      headers.set(name, value);
    }
  }
}
