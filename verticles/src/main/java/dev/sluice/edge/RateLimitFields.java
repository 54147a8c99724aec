package dev.sluice.edge;

import dev.sluice.limiter.Policy;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes what clients are told of their limits: {@code RateLimit-Policy} and {@code RateLimit} as
 * in draft-ietf-httpapi-ratelimit-headers-11, or the {@code X-RateLimit} names from before it.
 *
 * <pre>
 * RateLimit-Policy: "free";q=10;w=1;sluice-burst=20, "auth";q=100;w=60
 * RateLimit: "free";r=19;t=1
 * </pre>
 *
 * All policies a request was counted under are listed; the state is that of one, the tightest.
 */
final class RateLimitFields {
  private static final CharSequence POLICY = HttpHeaders.createOptimized("RateLimit-Policy");
  private static final CharSequence STATE = HttpHeaders.createOptimized("RateLimit");
  private static final CharSequence LIMIT = HttpHeaders.createOptimized("X-RateLimit-Limit");
  private static final CharSequence REMAINING =
      HttpHeaders.createOptimized("X-RateLimit-Remaining");
  private static final CharSequence RESET = HttpHeaders.createOptimized("X-RateLimit-Reset");

  private final boolean ietf;
  private final boolean legacy;

  RateLimitFields(LimitsConfig.Headers which) {
    this.ietf = which == LimitsConfig.Headers.IETF || which == LimitsConfig.Headers.BOTH;
    this.legacy = which == LimitsConfig.Headers.LEGACY || which == LimitsConfig.Headers.BOTH;
  }

  /** The value of {@code RateLimit-Policy}. */
  static CharSequence policies(List<Limit> limits) {
    return HttpHeaders.createOptimized(
        limits.stream().map(limit -> policy(limit.policy())).collect(Collectors.joining(", ")));
  }

  /**
   * An item with its parameters. Quota and window say the steady rate; how much can be saved up is
   * ours to add for a bucket. A window is in whole seconds, so a shorter one is left out.
   */
  static String policy(Policy policy) {
    StringBuilder item = new StringBuilder();
    item.append('"').append(policy.name()).append("\";q=").append(policy.quota());
    long millis = policy.window().toMillis();
    if (millis % 1000 == 0) {
      item.append(";w=").append(millis / 1000);
    }
    if (policy.algorithm() == Policy.Algorithm.TOKEN_BUCKET) {
      item.append(";sluice-burst=").append(policy.burst());
    }
    return item.toString();
  }

  /**
   * @param policies the value of {@link #policies(List)}
   * @param millis until there is more, or until all is there again
   */
  void write(MultiMap headers, CharSequence policies, Policy tightest, long left, long millis) {
    long seconds = seconds(millis);
    if (ietf) {
      headers.set(POLICY, policies);
      headers.set(STATE, "\"" + tightest.name() + "\";r=" + left + ";t=" + seconds);
    }
    if (legacy) {
      headers.set(LIMIT, Long.toString(tightest.burst()));
      headers.set(REMAINING, Long.toString(left));
      headers.set(RESET, Long.toString(seconds));
    }
  }

  /** Rounded up, so that who waits this long has waited long enough. */
  private static long seconds(long millis) {
    return (millis + 999) / 1000;
  }
}
