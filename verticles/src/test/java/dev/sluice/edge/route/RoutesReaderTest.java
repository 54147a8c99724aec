package dev.sluice.edge.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.platform.config.ConfigException;
import dev.sluice.platform.config.Document;
import dev.sluice.platform.config.Mistake;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesReaderTest {
  static final RoutesReader READER =
      new RoutesReader(Path.of("/srv/conf"), Set.of("order.get", "auth.login"));

  private static final String UPSTREAMS =
      """
      upstreams:
        shop:
          targets:
            - {url: "http://127.0.0.1:9001", labels: {version: v1}}
            - {url: "http://127.0.0.1:9002", labels: {version: v2, zone: a}}
        users: {targets: [{url: "http://127.0.0.1:9003"}]}
      routes:
      """;

  static List<String> mistakes(String yaml) {
    try {
      RoutesConfig read = READER.read(yaml, "routes.yaml");
      assertThat(read).isNotNull();
      return List.of();
    } catch (ConfigException wrong) {
      return wrong.mistakes().stream().map(Mistake::toString).toList();
    }
  }

  @Test
  void aTableIsRead() {
    RoutesConfig config =
        READER.read(
            UPSTREAMS
                + """
                  shop:
                    match:
                      hosts: [shop.example.com]
                      paths: ["/shop/*", "/items/{id}"]
                      headers: {end-user: jason}
                    upstream: shop
                    subset: {version: v2}
                    auth: jwt
                    permissions: read:orders
                    limits: {burst: {limit: {rate: 100}, cost: {request: 2}}}
                    cache: {enabled: true}
                    retry: {attempts: 2, on: [connect, 503]}
                    timeout: 3s
                  off:
                    enabled: false
                    match: {paths: ["/off"]}
                    contract: order.get
                """,
            "routes.yaml");
    RouteConfig shop = config.routes().get("shop");
    assertThat(shop.destinations()).containsExactly(RouteConfig.Destination.UPSTREAM);
    assertThat(shop.permissions()).containsExactly("read:orders");
    assertThat(shop.limits().get("burst").limit().rate()).isEqualTo(100);
    assertThat(shop.limits().get("burst").cost().request()).isEqualTo(2);
    assertThat(shop.timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(shop.bodyLimit()).isEqualTo(10 << 20);
    assertThat(shop.websocket().enabled()).isTrue();
    RouteTable<String> table = RouteTable.of(config, (name, route) -> name);
    MultiMap jason = MultiMap.caseInsensitiveMultiMap().add("end-user", "jason");
    assertThat(table.find(HttpMethod.GET, "shop.example.com", "/items/1", jason, null).target())
        .isEqualTo("shop");
    assertThat(table.find(HttpMethod.GET, "shop.example.com", "/off", jason, null)).isNull();
  }

  /** Each is a route of its own, and has this one mistake. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "match: {paths: [/a]} | routes.r (routes.yaml line 8): expected exactly one of",
        "match: {paths: [/a]}, upstream: shop, contract: order.get | not [upstream, contract]",
        "match: {paths: [/a]}, upstream: shpo | routes.r.upstream = shpo (routes.yaml line 8):"
            + " expected the name of an upstream; did you mean shop?",
        "match: {paths: [/a]}, upstream: q | such as shop",
        "match: {paths: [/a]}, split: [{upstream: shop}, {upstream: usrs}] |"
            + " routes.r.split[1].upstream = usrs",
        "match: {paths: [/a]}, split: [{upstream: shop, weight: 0}] | at least one weight above 0",
        "match: {paths: [/a]}, upstream: shop, mirror: {upstream: x} | routes.r.mirror.upstream = x",
        "match: {paths: [/a]}, contract: order.get, mirror: {upstream: shop} |"
            + " routes.r.mirror.upstream = shop (routes.yaml line 8): expected it with 'upstream' or",
        "match: {paths: [/a]}, compose: {parts: {u: {upstream: x}}} |"
            + " routes.r.compose.parts.u.upstream = x",
        "match: {paths: [/a]}, compose: {parts: {u: {upstream: shop, path: `/{id}`}}} |"
            + " routes.r.compose.parts.u.path",
        "match: {paths: [/a]}, upstream: shop, subset: {version: v3} | routes.r.subset"
            + " (routes.yaml line 8): expected labels that at least one target of shop has",
        "match: {paths: [/a]}, upstream: shop, subset: {version: v1, zone: a} | routes.r.subset",
        "match: {paths: [/a]}, split: [{upstream: shop, subset: {a: b}}] |"
            + " routes.r.split[0].subset",
        "match: {paths: [/a]}, contract: order.get, subset: {a: b} | routes.r.subset",
        "match: {paths: [/a]}, contract: order.gett | did you mean order.get?",
        "match: {paths: [/a]}, folder: {path: ../x} | routes.r.folder.path = ../x",
        "match: {paths: [/a]}, folder: {path: a/../../x} | routes.r.folder.path",
        "match: {paths: [`/a/{id}`, /b]}, upstream: shop, rewrite: {path: `/x/{id}`} |"
            + " routes.r.rewrite.path = /x/{id} (routes.yaml line 8): expected parameters all paths",
        "match: {paths: [`/a/{id}`]}, upstream: shop, rewrite: {path: `/x/{rest}`} | {rest}",
        "match: {paths: [/a/*], hosts: [h]}, upstream: shop, rewrite: {path: x} |"
            + " routes.r.rewrite.path = x",
        "match: {paths: [/a/*, /b]}, upstream: shop, rewrite: {strip_prefix: /a} |"
            + " routes.r.rewrite.strip_prefix = /a",
        "match: {paths: [/a]}, upstream: shop, permissions: [a:b] | routes.r.auth"
            + " (routes.yaml line 8): expected ways to show who one is",
        "match: {paths: [/a]}, upstream: shop, permissions: [a:b], auth: [mtls] |"
            + " routes.r.auth (routes.yaml line 8): expected jwt or api_key",
        "match: {paths: [/a]}, upstream: shop, auth: [jwtt] | routes.r.auth = jwtt",
        "match: {}, upstream: shop | routes.r.match.paths",
        "match: {paths: [a]}, upstream: shop | routes.r.match.paths[0] = a",
        "match: {paths: [/a, /b/../c]}, upstream: shop | routes.r.match.paths[1] = /b/../c",
        "match: {paths: [`/{a}x`]}, upstream: shop | a whole segment",
        "match: {paths: [`/{a}/{a}`]}, upstream: shop | each name once",
        "match: {paths: [`/{rest}`]}, upstream: shop | none of them {rest}",
        "match: {paths: [`/a*`]}, upstream: shop | '*' at the end only",
        "match: {paths: [`/a/*/b`]}, upstream: shop | '*' at the end only",
        "match: {paths: [`/%61`]}, upstream: shop | as it is compared, which is /a",
        "match: {paths: [`/a;b`]}, upstream: shop | without ';'",
        "match: {paths: [`/a?b`]}, upstream: shop | without query",
        "match: {hosts: [`a.b:80`]}, upstream: shop | routes.r.match.hosts[0] = a.b:80",
        "match: {hosts: [`a.*.b`]}, upstream: shop | routes.r.match.hosts[0]",
        "match: {hosts: [`http://a`]}, upstream: shop | a host without port",
        "match: {paths: [/a], methods: [get]}, upstream: shop | routes.r.match.methods",
        "match: {paths: [/a], headers: {x: `~(`}}, upstream: shop |"
            + " routes.r.match.headers.x = ~( (routes.yaml line 8): expected a ')'",
        "match: {paths: [/a], query: {x: `~a{65}`}}, upstream: shop | routes.r.match.query.x",
        "match: {paths: [/a], headers: {`x y`: b}}, upstream: shop | routes.r.match.headers.x y",
        "match: {paths: [/a]}, upstream: shop, response: {query: {remove: [a]}} |"
            + " routes.r.response.query",
        "match: {paths: [/a]}, upstream: shop, request: {headers: {set: {Host: a}}} |"
            + " routes.r.request.headers.set (routes.yaml line 8): expected no 'Host'",
        "match: {paths: [/a]}, upstream: shop, limits: {x: {limit: {by: [account]}}} |"
            + " routes.r.limits.x.limit.by",
        "match: {paths: [/a]}, respond: {body: x} | routes.r.respond.status",
        "match: {paths: [/a]}, upstream: shop, timout: 5s | did you mean timeout?",
        "match: {pahts: [/a]}, upstream: shop | did you mean paths?",
        "match: {paths: [/a]}, upstream: shop, hedge: {after: 5} | routes.r.hedge.after = 5",
      })
  void aMistakeIsToldWithItsPlace(String route, String told) {
    List<String> mistakes = mistakes(UPSTREAMS + "  r: {" + route.replace('`', '"') + "}\n");
    assertThat(mistakes).anyMatch(mistake -> mistake.contains(told.replace('`', '"')));
    assertThat(mistakes).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void allMistakesAreToldAtOnce() {
    assertThat(
            mistakes(
                """
                upstreams:
                  shop: {targets: [{url: "ftp://x"}]}
                  users: {targets: []}
                routes:
                  one: {match: {paths: ["/a/{x}"]}, upstream: shop}
                  two:
                    match: {paths: ["/a/{y}"]}
                    upstream: users
                  three: {match: {paths: [/b]}, upstream: nobody}
                  "bad name": {match: {paths: [/b]}, upstream: nobody}
                """))
        .hasSize(5)
        .anyMatch(m -> m.startsWith("upstreams.shop.targets[0].url = ftp://x (routes.yaml line 2)"))
        .anyMatch(m -> m.startsWith("upstreams.users.targets (routes.yaml line 3): expected"))
        .anyMatch(m -> m.startsWith("routes.three.upstream = nobody (routes.yaml line 9)"))
        .anyMatch(m -> m.startsWith("routes.bad name (routes.yaml line 10): expected names of"))
        .anyMatch(
            m ->
                m.startsWith("routes.two.match (routes.yaml line 7): expected another priority")
                    && m.contains("routes one and two are for the same requests"));
  }

  @Test
  void whatOverlapsButIsOffIsNoMistake() {
    String two = "  a: {match: {paths: [/a]}, upstream: shop}\n  b: {match: {paths: [/a]},";
    assertThat(mistakes(UPSTREAMS + two + " upstream: shop}\n")).hasSize(1);
    assertThat(mistakes(UPSTREAMS + two + " upstream: shop, enabled: false}\n")).isEmpty();
    assertThat(mistakes(UPSTREAMS + two + " upstream: shop, priority: 1}\n")).isEmpty();
  }

  @Test
  void keysAreForWhatGoesToUpstreams() {
    String route = "  a: {match: {paths: [/a]}, idempotency: {enabled: true}, ";
    assertThat(mistakes(UPSTREAMS + route + "upstream: shop}\n")).isEmpty();
    assertThat(mistakes(UPSTREAMS + route + "respond: {status: 200}}\n")).hasSize(1);
  }

  @Test
  void everyAmountHasLimits() {
    assertThat(Document.undeclaredLimits(RoutesConfig.class)).isEmpty();
  }

  @Test
  void anEmptyTableIsATable() {
    assertThat(READER.read("", "routes.yaml").routes()).isEmpty();
    assertThat(READER.read("upstreams:\nroutes:\n", "routes.yaml").routes()).isEmpty();
    assertThatThrownBy(() -> READER.read("[]", "routes.yaml")).isInstanceOf(ConfigException.class);
  }

  @Test
  void tenThousandRoutesAreReadSoon() {
    StringBuilder yaml = new StringBuilder(UPSTREAMS);
    for (int i = 0; i < 10_000; i++) {
      yaml.append(
          """
            route-%d:
              match:
                hosts: [h%d.example.com, "*.w%d.example.com"]
                paths: ["/things%d/{id}/*", /plain%d]
                methods: [GET, POST]
                headers: {end-user: jason, x: "~[a-z]+"}
              upstream: shop
              subset: {version: v2}
              rewrite: {path: "/api"}
              auth: [jwt, api_key]
              permissions: [read:orders]
              limits: {burst: {limit: {rate: 100}}}
              cache: {enabled: true, ttl: 1m}
              retry: {attempts: 2}
          """
              .formatted(i, i % 100, i % 100, i, i));
    }
    READER.read(UPSTREAMS + "  a: {match: {paths: [/a]}, upstream: shop}\n", "routes.yaml");
    assertThat(READER.read(yaml.toString(), "routes.yaml").routes()).hasSize(10_000); // warm
    long before = System.nanoTime();
    RoutesConfig config = READER.read(yaml.toString(), "routes.yaml");
    long read = System.nanoTime();
    RouteTable<String> table = RouteTable.of(config, (name, route) -> name);
    System.out.printf(
        "10,000 routes of %d KB: %d ms to read, %d ms to build%n",
        yaml.length() >> 10, (read - before) / 1_000_000, (System.nanoTime() - read) / 1_000_000);
    assertThat(config.routes()).hasSize(10_000);
    assertThat(table.methods("h5.example.com", "/plain5")).contains("POST");
    // About 2 s are promised; a busy machine may take longer, a quadratic step would take minutes.
    assertThat(Duration.ofNanos(read - before)).isLessThan(Duration.ofSeconds(10));
  }
}
