package dev.sluice.edge.cache;

import dev.sluice.platform.config.Setting;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** What a route keeps of its answers, and how long. */
public record CacheConfig(
    @Setting(doc = "Keep answers and give them again, as RFC 9111 says.", def = "false")
        boolean enabled,
    @Setting(
            doc =
                "How long an answer is good whose origin says nothing about it; only for the"
                    + " statuses 200, 203, 204, 300, 301, 308 and 410, and for those it calls"
                    + " 'public'. 0s: such answers are not kept.",
            def = "5m",
            min = 0,
            max = 2_678_400_000L) // 31 days
        Duration ttl,
    @Setting(
            doc =
                "Keep for 'ttl' whatever max-age, s-maxage, Expires, no-cache or must-revalidate the"
                    + " origin sends; no-store, private, Vary and the rules on credentials still hold.",
            def = "false")
        boolean overrideOrigin,
    @Setting(
            doc = "Request headers that are part of the key, beside those the origin's Vary names.",
            min = 0,
            max = 8)
        List<String> varyOn,
    @Setting(
            doc =
                "What of the query is part of the key: 'all', 'none', or the names of the parameters"
                    + " that are. The upstream is sent all of it in any case.",
            def = "all",
            min = 1,
            max = 32)
        List<String> query,
    @Setting(
            doc =
                "Keep an answer for each caller apart, also one to a request with credentials that"
                    + " its origin does not call public.",
            def = "false")
        boolean perClient,
    @Setting(
            doc =
                "How long after its time an answer is still given while it is fetched anew behind it;"
                    + " the origin's stale-while-revalidate wins.",
            def = "0s",
            min = 0,
            max = 2_678_400_000L)
        Duration staleWhileRevalidate,
    @Setting(
            doc =
                "How long after its time an answer is given when the upstream fails (no answer, 500,"
                    + " 502, 503, 504); the origin's stale-if-error wins.",
            def = "0s",
            min = 0,
            max = 2_678_400_000L)
        Duration staleIfError,
    @Setting(
            doc = "Largest body that is kept.",
            def = "1MB",
            min = 0,
            max = 67_108_864,
            unit = Setting.BYTES)
        int maxBody,
    @Setting(
            doc = "The response header with the tags to purge by, parted by commas or spaces.",
            def = "Cache-Tag",
            min = 1,
            max = 64)
        String tagHeader,
    @Setting(
            doc =
                "How long a request waits for another one that fetches the same, before it goes to the"
                    + " upstream too; 0s: each goes by itself.",
            def = "5s",
            min = 0,
            max = 60_000)
        Duration coalesce,
    @Setting(
            doc =
                "Do what the Cache-Control of requests asks for; when not, clients cannot make the"
                    + " gateway ask the upstream.",
            def = "true")
        boolean obeyClients) {

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  public CacheConfig {
    varyOn = List.copyOf(varyOn);
    query = List.copyOf(query);
    for (String name : varyOn) {
      if (!TOKEN.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "vary_on: names of headers, which '" + name + "' is not");
      }
    }
    if (!TOKEN.matcher(tagHeader).matches()) {
      throw new IllegalArgumentException(
          "tag_header: the name of a header, such as Cache-Tag or Surrogate-Key");
    }
    if (query.size() > 1 && (query.contains("all") || query.contains("none"))) {
      throw new IllegalArgumentException(
          "query: either 'all', or 'none', or names of parameters, not both");
    }
    if (overrideOrigin && ttl.isZero()) {
      throw new IllegalArgumentException("ttl: more than 0s where override_origin is true");
    }
  }
}
