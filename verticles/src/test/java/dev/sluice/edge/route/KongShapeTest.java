package dev.sluice.edge.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limiter.Policy;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KongShapeTest {

  private static RoutesConfig read(String yaml) {
    return RoutesReaderTest.READER.read(yaml, "kong.yaml");
  }

  private static String withPlugin(String plugin) {
    return """
        services:
          - name: s
            url: http://s:1
            routes:
              - {name: r, paths: [/r]}
            plugins:
              - %s
        """
        .formatted(plugin);
  }

  private static RouteConfig routeWith(String plugin) {
    return read(withPlugin(plugin)).routes().get("r");
  }

  @Test
  void theExampleOfItsManualIsRead() {
    RoutesConfig config =
        read(
            """
            _format_version: "3.0"
            services:
              - name: auth-service
                url: http://auth-service:3001
                routes:
                  - name: auth-routes
                    paths: [/api/auth]
                plugins:
                  - name: rate-limiting
                    config: {minute: 100, policy: redis}
            """);
    assertThat(config.services()).isEmpty();
    assertThat(config.upstreams().get("auth-service").targets())
        .singleElement()
        .satisfies(target -> assertThat(target.url()).isEqualTo("http://auth-service:3001"));
    RouteConfig route = config.routes().get("auth-routes");
    assertThat(route.upstream()).isEqualTo("auth-service");
    assertThat(route.match().paths()).containsExactly("/api/auth/*");
    assertThat(route.rewrite().path()).isEqualTo("/{rest}");
    assertThat(route.rewrite().host()).isEqualTo("upstream");
    assertThat(route.auth()).containsExactly("public");
    RouteLimit limit = route.limits().get("minute");
    assertThat(limit.limit().rate()).isEqualTo(100);
    assertThat(limit.limit().per()).isEqualTo(Duration.ofMinutes(1));
    assertThat(limit.limit().algorithm()).isEqualTo(Policy.Algorithm.SLIDING_WINDOW);
    assertThat(limit.limit().by()).containsExactly("client");
    RouteTable<String> table = RouteTable.of(config, (name, r) -> name);
    MultiMap none = MultiMap.caseInsensitiveMultiMap();
    RouteTable.Found<String> found =
        table.find(HttpMethod.POST, "any", "/api/auth/login", none, null);
    assertThat(Rewrite.of(route.rewrite().path(), route.match().parameterNames()).of(found))
        .isEqualTo("/login");
  }

  @Test
  void whatAServiceAndARouteSayIsKept() {
    RoutesConfig config =
        read(
            """
            services:
              - name: s
                url: https://s.internal/base
                connect_timeout: 1500
                read_timeout: 60000
                write_timeout: 60000
                retries: 5
                tags: [a]
                routes:
                  - hosts: [h.example.com]
                    methods: [GET]
                    preserve_host: true
                    headers: {x-a: [one], x-b: [one, "t.o"], x-c: ["~*^v[0-9]$"]}
                    protocols: [https]
                  - {name: second, paths: [/, /b/], strip_path: false}
            routes:
              own: {match: {paths: [/own]}, upstream: s}
            """);
    assertThat(config.upstreams().get("s").connectTimeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(config.upstreams().get("s").responseTimeout()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.routes()).containsOnlyKeys("own", "s-0", "second");
    RouteConfig first = config.routes().get("s-0");
    assertThat(first.rewrite().host()).isEqualTo("preserve");
    assertThat(first.rewrite().path()).isEmpty();
    assertThat(first.retry().attempts()).isEqualTo(5);
    assertThat(first.match().headers())
        .isEqualTo(Map.of("x-a", "one", "x-b", "~(one|t\\.o)", "x-c", "~(?i)^v[0-9]$"));
    assertThat(config.routes().get("second").match().paths()).containsExactly("/*", "/b/*");
    assertThat(config.routes().get("second").rewrite().path()).isEmpty();
  }

  @Test
  void eachKnownPluginIsTranslated() {
    RouteConfig limited =
        routeWith("{name: rate-limiting, config: {second: 5, hour: 9, limit_by: ip}}");
    assertThat(limited.limits()).containsOnlyKeys("second", "hour");
    assertThat(limited.limits().get("hour").limit().by()).containsExactly("ip");
    assertThat(routeWith("{name: key-auth}").auth()).containsExactly("api_key");
    assertThat(routeWith("{name: jwt, config: {claims_to_verify: [exp]}}").auth())
        .containsExactly("jwt");
    assertThat(routeWith("{name: jwt, enabled: false}").auth()).containsExactly("public");
    assertThat(
            routeWith("{name: jwt}\n      - {name: acl, config: {allow: ['a:b']}}").permissions())
        .containsExactly("a:b");
    RouteConfig cached =
        routeWith("{name: proxy-cache, config: {cache_ttl: 30, vary_headers: [A]}}");
    assertThat(cached.cache().enabled()).isTrue();
    assertThat(cached.cache().ttl()).isEqualTo(Duration.ofSeconds(30));
    assertThat(
            routeWith("{name: request-size-limiting, config: {allowed_payload_size: 2}}")
                .bodyLimit())
        .isEqualTo(2 << 20);
    assertThat(routeWith("{name: ip-restriction, config: {deny: [10.0.0.0/8]}}").guard().deny())
        .containsExactly("10.0.0.0/8");
    RouteConfig changed =
        routeWith(
            "{name: request-transformer, config: {add: {headers: ['a:b:c'], body: [x:1]},"
                + " append: {querystring: [q:1]}, remove: {headers: [D]}, rename: {headers: [e:f]}}}");
    assertThat(changed.request().headers().absent()).isEqualTo(Map.of("a", "b:c"));
    assertThat(changed.request().headers().remove()).containsExactly("D");
    assertThat(changed.request().headers().rename()).isEqualTo(Map.of("e", "f"));
    assertThat(changed.request().query().add()).isEqualTo(Map.of("q", "1"));
    assertThat(changed.request().body().add()).isEqualTo(Map.of("x", "1"));
    changed = routeWith("{name: response-transformer, config: {remove: {json: [secret]}}}");
    assertThat(changed.response().body().remove()).containsExactly("secret");
    assertThat(routeWith("{name: correlation-id, config: {header_name: X-Request-Id}}").enabled())
        .isTrue();
    assertThat(routeWith("{name: prometheus}").enabled()).isTrue();
  }

  @Test
  void thePluginOfARouteIsNearerThanThatOfItsServiceAndThatThanTheOneForAll() {
    RoutesConfig config =
        read(
            """
            plugins: [{name: rate-limiting, config: {second: 1}}]
            services:
              - name: a
                url: http://a:1
                plugins: [{name: rate-limiting, config: {second: 2}}]
                routes:
                  - {name: near, paths: [/n], plugins: [{name: rate-limiting, config: {second: 3}}]}
                  - {name: far, paths: [/f]}
              - {name: b, url: "http://b:1", routes: [{name: all, paths: [/b]}]}
            """);
    assertThat(List.of("near", "far", "all"))
        .extracting(name -> config.routes().get(name).limits().get("second").limit().rate())
        .containsExactly(3, 2, 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{name: cors} | services[0].plugins[0].name = cors (kong.yaml line 7): expected it in"
            + " edge.cors",
        "{name: oauth2} | services[0].plugins[0].name = oauth2 (kong.yaml line 7): expected one of"
            + " acl, correlation-id,",
        "{config: {}} | services[0].plugins[0].name",
        "{name: rate-limiting, config: {minutes: 5, second: 1}} |"
            + " services[0].plugins[0].config.minutes (kong.yaml line 7): no such key; did you mean"
            + " minute?",
        "{name: rate-limiting, config: {day: 5, second: 1}} | expected one of hour, limit_by, minute,"
            + " policy, second",
        "{name: rate-limiting} | services[0].plugins[0].config (kong.yaml line 7): expected at least"
            + " one of second, minute and hour",
        "{name: rate-limiting, config: {second: 1, limit_by: path}} | expected one of consumer",
        "{name: acl, config: {allow: [a, b]}} | expected a list of 1 to 1 entries",
        "{name: acl, config: {deny: [a]}} | config.deny",
        "{name: acl, config: {allow: [a]}} | expected ways to show who one is",
        "{name: key-auth, config: {key_names: [k]}} | each one of X-API-Key",
        "{name: correlation-id, config: {header_name: K}} | expected one of X-Request-Id",
        "{name: request-transformer, config: {add: {headers: [ab]}}} | expected name:value",
        "{name: request-transformer, config: {add: {headers: [`host:b`]}}} |"
            + " services[0].routes[0].request.headers.absent",
        "{name: request-transformer, config: {replace: {headers: [`a:b`]}}} | config.replace",
        "{name: ip-restriction, config: {status: 403}} | config.status",
      })
  void whatCannotBeTranslatedIsRefused(String plugin, String told) {
    List<String> mistakes = RoutesReaderTest.mistakes(withPlugin(plugin.replace('`', '"')));
    assertThat(mistakes.stream().map(m -> m.replace("routes.yaml", "kong.yaml")))
        .anyMatch(mistake -> mistake.contains(told));
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    assertThat(RoutesReaderTest.mistakes(withPlugin("{name: jwt}\n      - {name: key-auth}")))
        .singleElement()
        .asString()
        .startsWith("services[0].plugins[1].name = key-auth (routes.yaml line 8): expected one of");
    assertThat(
            RoutesReaderTest.mistakes(
                """
                upstreams: {s: {targets: [{url: "http://s:1"}]}}
                routes:
                  r: {match: {paths: [/x]}, upstream: s}
                services:
                  - {name: s, url: "http://s:1", routes: [{name: r, paths: [/r]}]}
                  - {name: t, url: "http://t:1", routes: [{paths: ["~/r"]}]}
                  - {name: u, url: "http://u:1", path_handling: v1}
                """))
        .anyMatch(m -> m.startsWith("services[1].routes[0].paths (routes.yaml line 6): expected"))
        .anyMatch(m -> m.startsWith("services[2].path_handling (routes.yaml line 7): no such key"));
    assertThat(
            RoutesReaderTest.mistakes(
                """
                upstreams: {s: {targets: [{url: "http://s:1"}]}}
                routes:
                  r: {match: {paths: [/x]}, upstream: s}
                services:
                  - {name: s, url: "http://s:1", routes: [{name: r, paths: [/r]}, {paths: [/x/]}]}
                  - {name: t, url: "http://t:1", routes: [{paths: [/x]}, {paths: [/..]}]}
                """))
        .anyMatch(
            m -> m.startsWith("services[0].name = s (routes.yaml line 5): expected a name no"))
        .anyMatch(m -> m.contains("expected a name no other route has, not 'r'"))
        .anyMatch(
            m ->
                m.startsWith(
                        "services[1].routes[0] (routes.yaml line 6): expected another priority")
                    && m.contains("routes s-1 and t-0 are for the same requests"))
        .anyMatch(
            m ->
                m.startsWith("services[1].routes[1] (routes.yaml line 6): expected a path")
                    && m.endsWith("(in its match.paths[0])"));
  }
}
