package dev.sluice.load;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One way to have a request proxied, of which is measured what it costs.
 *
 * @param name as the page has it
 * @param routes the gateway's {@code routes.yaml}, with UPSTREAM where the upstream's address
 *     belongs; null for the bare proxy
 * @param accessLog whether the gateway writes one
 * @param path what is asked for; {@code {n}} is another number each time
 * @param header one more of the request, {@code name: value}, or empty
 */
record CostVariant(String name, String routes, boolean accessLog, String path, String header) {
  private static final int MANY = 10_000;
  private static final int NETWORKS = 1_000;
  private static final String NO_BREAKER =
      "  shop: {targets: [{url: \"http://UPSTREAM\"}], breaker: {failures: 0}}\n";
  private static final String BREAKER = "  shop: {targets: [{url: \"http://UPSTREAM\"}]}\n";

  /** What every measurement begins with, to compare the others with. */
  static final String PLAIN = "a route with everything off";

  static List<CostVariant> all() {
    return List.of(
        new CostVariant("bare Vert.x proxy", null, false, "/shop/items", ""),
        plain(PLAIN, ""),
        plain("the same among 10,000 routes", tenThousand()),
        plain("the same, all features on other routes", everythingElsewhere()),
        on("breaker", BREAKER, "", "/shop/items", ""),
        on(
            "2 header rules each way",
            """
                request: {headers: {set: {x-a: one}, remove: [x-b]}}
                response: {headers: {set: {x-c: one}, remove: [x-d]}}
            """),
        on("retries, no failure", "    retry: {attempts: 2}\n"),
        on("hedging, never late enough", "    hedge: {after: 5s}\n"),
        on("a limit of the route", "    limits: {all: {limit: {rate: 1000000, by: [ip]}}}\n"),
        on("a list of 1,000 networks", "    guard: {deny: [" + networks() + "]}\n"),
        on(
            "compression, the body too short",
            NO_BREAKER,
            "    compression: true\n",
            "/shop/items",
            "accept-encoding: gzip"),
        on("cache, a hit", NO_BREAKER, "    cache: {enabled: true}\n", "/shop/kept", ""),
        on("cache, a miss", NO_BREAKER, "    cache: {enabled: true}\n", "/shop/kept?n={n}", ""),
        new CostVariant("access log", table(NO_BREAKER, "", ""), true, "/shop/items", ""));
  }

  private static CostVariant plain(String name, String others) {
    return new CostVariant(name, table(NO_BREAKER, "", others), false, "/shop/items", "");
  }

  private static CostVariant on(String name, String setting) {
    return on(name, NO_BREAKER, setting, "/shop/items", "");
  }

  private static CostVariant on(
      String name, String upstreams, String setting, String path, String header) {
    return new CostVariant(name, table(upstreams, setting, ""), false, path, header);
  }

  private static String table(String upstreams, String setting, String others) {
    return "upstreams:\n"
        + upstreams
        + "routes:\n  shop:\n    match: {paths: [\"/shop/*\"]}\n    upstream: shop\n"
        + setting
        + others;
  }

  private static String tenThousand() {
    return IntStream.range(1, MANY)
        .mapToObj("  r%1$d: {match: {paths: [\"/r%1$d/{id}/*\"]}, upstream: shop}%n"::formatted)
        .collect(Collectors.joining());
  }

  private static String everythingElsewhere() {
    return """
        other:
          match: {paths: ["/other/*"], headers: {end-user: jason}, query: {beta: "1"}}
          upstream: shop
          request: {headers: {set: {x-a: one}}, query: {set: {a: one}}}
          response: {headers: {remove: [x-b]}, security: true}
          cache: {enabled: true}
          retry: {attempts: 2}
          hedge: {after: 100ms}
          limits: {all: {limit: {rate: 1000000, by: [ip]}}}
          guard: {deny: [%s]}
          fallback: {status: 503, body: "{}"}
          compression: true
      """
        .formatted(networks());
  }

  private static String networks() {
    return IntStream.range(0, NETWORKS)
        .mapToObj(i -> String.format(Locale.ROOT, "\"198.%d.%d.0/28\"", 18 + i / 250, i % 250))
        .collect(Collectors.joining(", "));
  }
}
