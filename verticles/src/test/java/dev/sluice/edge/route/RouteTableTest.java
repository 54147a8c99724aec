package dev.sluice.edge.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
  private final RouteTableBuilder<String> routes = RouteTable.builder();

  static MatchConfig match(List<String> hosts, List<String> paths, String... methods) {
    return new MatchConfig(hosts, paths, List.of(methods), Map.of(), Map.of(), "");
  }

  private void path(String name, String... paths) {
    routes.add(name, match(List.of(), List.of(paths)), 0, name);
  }

  private void header(String name, String path, Map<String, String> headers) {
    routes.add(
        name, new MatchConfig(List.of(), List.of(path), List.of(), headers, Map.of(), ""), 0, name);
  }

  private static String get(RouteTable<String> table, String host, String path) {
    return found(table, HttpMethod.GET, host, path, MultiMap.caseInsensitiveMultiMap(), null);
  }

  private static String found(
      RouteTable<String> table,
      HttpMethod method,
      String host,
      String path,
      MultiMap headers,
      String query) {
    RouteTable.Found<String> found = table.find(method, host, path, headers, query);
    return found == null ? null : found.target();
  }

  @ParameterizedTest
  @CsvSource({
    "/shop, exact",
    "/shop/, rest",
    "/shop/a, rest",
    "/shop/a/b, rest",
    "/shopping, all",
    "/items/1, item",
    "/items/, all",
    "/items/1/parts, parts",
    "/items/new/parts, new-parts",
    "/items/new/x, item-x",
    "/items/1/2/3, all",
    "/a/b/c, two-literals",
    "/, all",
  })
  void theMostExactPathIsFound(String path, String route) {
    path("all", "/*");
    path("exact", "/shop");
    path("rest", "/shop/*");
    path("item", "/items/{id}");
    path("parts", "/items/{id}/parts");
    path("new-parts", "/items/new/{x}");
    path("item-x", "/items/{id}/x");
    path("one-literal", "/a/{y}/{z}");
    path("two-literals", "/{x}/b/c");
    // Of equally many literals the one that is further left: /items/new/{x} before /items/{id}/x,
    String expected = path.equals("/items/new/x") ? "new-parts" : route;
    assertThat(get(routes.build(), "h", path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example.com, exact",
    "SHOP.Example.com:8080, exact",
    "shop.example.com., exact",
    "a.shop.example.com, long",
    "a.b.example.com, wild",
    "example.com, any",
    "xexample.com, any",
    ".example.com, any",
    "'', any",
    "[2001:db8::1]:8080, six",
    "xn--bcher-kva.example, idna",
  })
  void theMostExactHostIsFound(String host, String route) {
    routes.add("exact", match(List.of("shop.example.com"), List.of("/*")), 0, "exact");
    routes.add("long", match(List.of("*.shop.example.com"), List.of("/*")), 0, "long");
    routes.add("wild", match(List.of("*.example.com"), List.of("/*")), 0, "wild");
    routes.add("six", match(List.of("[2001:DB8::1]"), List.of()), 0, "six");
    routes.add("idna", match(List.of("bücher.example"), List.of()), 0, "idna");
    path("any", "/x");
    assertThat(get(routes.build(), host, "/x")).isEqualTo(route);
    assertThat(get(routes.build(), null, "/x")).isEqualTo("any");
  }

  @Test
  void aPriorityGoesBeforeWhatIsMoreExact() {
    path("exact", "/shop/cart");
    routes.add("all", match(List.of(), List.of("/*"), "GET"), 1, "all");
    routes.add("host", match(List.of("h"), List.of("/shop/{x}")), 0, "host");
    RouteTable<String> table = routes.build();
    assertThat(get(table, "h", "/shop/cart")).isEqualTo("all");
    MultiMap none = MultiMap.caseInsensitiveMultiMap();
    assertThat(found(table, HttpMethod.POST, "h", "/shop/cart", none, null)).isEqualTo("host");
    assertThat(found(table, HttpMethod.POST, "i", "/shop/cart", none, null)).isEqualTo("exact");
  }

  @Test
  void headersQueryAndVersionDecideAmongEquals() {
    path("plain", "/r");
    header("jason", "/r", Map.of("end-user", "jason"));
    header("some", "/r", Map.of("End-User", "*", "x", "~a+b"));
    routes.add(
        "query",
        new MatchConfig(
            List.of(),
            List.of("/r"),
            List.of(),
            Map.of(),
            Map.of("beta", "1", "ü x", "*", "n", "~[0-9]+"),
            ""),
        0,
        "query");
    routes.add(
        "v2",
        new MatchConfig(List.of(), List.of("/r"), List.of(), Map.of(), Map.of(), "v2"),
        0,
        "v2");
    RouteTable<String> table = routes.build();
    assertThat(with(table, null)).isEqualTo("plain");
    assertThat(with(table, null, "END-USER", "jason")).isEqualTo("jason");
    assertThat(with(table, null, "end-user", "Jason")).isEqualTo("plain");
    assertThat(with(table, null, "end-user", "jason", "x", "aab")).isEqualTo("some");
    assertThat(with(table, null, "end-user", "x", "x", "ba", "x", "ab")).isEqualTo("some");
    assertThat(with(table, "a&beta=0&beta=1&%C3%BC+x&n=12")).isEqualTo("query");
    assertThat(with(table, "beta=1&%C3%BC%20x=&n=12&")).isEqualTo("query");
    assertThat(with(table, "beta=1&%C3%BC%20x=&n=x")).isEqualTo("plain");
    assertThat(with(table, "%zz=1&beta=1")).isEqualTo("plain");
    for (String accept :
        List.of(
            "application/vnd.shop.v2+json",
            "text/html, application/vnd.shop.v2;q=0.5",
            "application/json; version=2",
            "application/json;q=1; Version=\"v2\"")) {
      assertThat(with(table, null, "Accept", accept)).as(accept).isEqualTo("v2");
    }
    for (String accept :
        List.of("application/vnd.shop.v21+json", "application/json", "text/x.v2", "version=2")) {
      assertThat(with(table, null, "Accept", accept)).as(accept).isEqualTo("plain");
    }
    assertThat(with(table, null, "accept-version", "2")).isEqualTo("v2");
    assertThat(with(table, null, "accept-version", "V2")).isEqualTo("v2");
    assertThat(with(table, null, "accept-version", "1", "Accept", "a/b;version=2"))
        .isEqualTo("plain");
  }

  private static String with(RouteTable<String> table, String query, String... headers) {
    MultiMap map = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < headers.length; i += 2) {
      map.add(headers[i], headers[i + 1]);
    }
    return found(table, HttpMethod.GET, "h", "/r", map, query);
  }

  @Test
  void headIsGetUnlessItHasARoute() {
    routes.add("get", match(List.of(), List.of("/a", "/b"), "GET"), 0, "get");
    routes.add("head", match(List.of(), List.of("/b"), "HEAD", "PROPFIND"), 0, "head");
    routes.add("post", match(List.of(), List.of("/a"), "POST"), 0, "post");
    RouteTable<String> table = routes.build();
    MultiMap none = MultiMap.caseInsensitiveMultiMap();
    assertThat(found(table, HttpMethod.HEAD, "h", "/a", none, null)).isEqualTo("get");
    assertThat(found(table, HttpMethod.HEAD, "h", "/b", none, null)).isEqualTo("head");
    assertThat(found(table, HttpMethod.GET, "h", "/b", none, null)).isEqualTo("get");
    assertThat(found(table, HttpMethod.POST, "h", "/b", none, null)).isNull();
    assertThat(found(table, HttpMethod.valueOf("BREW"), "h", "/a", none, null)).isNull();
    assertThat(found(table, HttpMethod.PROPFIND, "h", "/b", none, null)).isEqualTo("head");
    assertThat(table.methods("h", "/a")).containsExactly("GET", "HEAD", "POST");
    assertThat(table.methods("h", "/b")).containsExactly("GET", "HEAD", "PROPFIND");
    assertThat(table.methods("h", "/c")).isEmpty();
  }

  @Test
  void parametersAndRestAreToldInTheOrderOfTheRoute() {
    path("a", "/a/{x}/{y}/*", "/b/{y}/{x}", "/c/{z}", "/d");
    RouteTable<String> table = routes.build();
    MatchConfig match = match(List.of(), List.of("/a/{x}/{y}/*", "/b/{y}/{x}", "/c/{z}", "/d"));
    assertThat(match.parameterNames()).containsExactly("x", "y", "z");
    MultiMap none = MultiMap.caseInsensitiveMultiMap();
    RouteTable.Found<String> found = table.find(HttpMethod.GET, "h", "/a/1/2%20/3/4", none, null);
    assertThat(found.parameters()).containsExactly("1", "2%20", null);
    assertThat(found.rest()).isEqualTo("3/4");
    Rewrite rewrite = Rewrite.of("/to/{y}/{x}-{z}/{rest}", match.parameterNames());
    assertThat(rewrite.of(found)).isEqualTo("/to/2%20/1-/3/4");
    assertThat(table.find(HttpMethod.GET, "h", "/a/1/2", none, null).rest()).isEmpty();
    assertThat(table.find(HttpMethod.GET, "h", "/a/1/2/", none, null).rest()).isEmpty();
    found = table.find(HttpMethod.GET, "h", "/b/1/2", none, null);
    assertThat(found.parameters()).containsExactly("2", "1", null);
    assertThat(found.rest()).isNull();
    assertThat(table.find(HttpMethod.GET, "h", "/d", none, null).parameters())
        .containsExactly(null, null, null);
    assertThat(table.find(HttpMethod.GET, "h", "/a//2", none, null)).isNull();
    assertThatThrownBy(() -> Rewrite.of("/{q}", List.of("x")))
        .hasMessageContaining("which {q} is not");
  }

  @Test
  void parametersAreToldOfPathsOfAnyDepth() {
    for (int depth : new int[] {1, 47, 48, 49, 100}) {
      StringBuilder template = new StringBuilder();
      StringBuilder asked = new StringBuilder();
      List<String> values = new ArrayList<>();
      for (int i = 0; i < depth; i++) {
        boolean parameter = i % 2 == 0;
        template.append(parameter ? "/{p" + i + "}" : "/t" + i);
        asked.append(parameter ? "/v" : "/t").append(i);
        values.addAll(parameter ? List.of("v" + i) : List.of());
      }
      RouteTableBuilder<String> deep = RouteTable.builder();
      deep.add("deep", match(List.of(), List.of(template + "/*")), 0, "deep");
      RouteTable.Found<String> found =
          deep.build()
              .find(
                  HttpMethod.GET,
                  "h",
                  asked + "/and/more",
                  MultiMap.caseInsensitiveMultiMap(),
                  null);
      assertThat(found.parameters()).as("%d segments", depth).isEqualTo(values);
      assertThat(found.rest()).isEqualTo("and/more");
    }
  }

  @Test
  void aPathThatCouldBeReadAsOneOfAnotherRouteIsNotFound() {
    path("all", "/*");
    path("secret", "/a/secret/*");
    path("group", "/projects/{id}");
    path("git", "/git/*");
    RouteTable<String> table = routes.build();
    assertThat(get(table, "h", "/a%2Fsecret")).isNull();
    assertThat(get(table, "h", "/a/secret;x=1")).isNull();
    assertThat(get(table, "h", "/a;x/secret/y")).isNull();
    assertThat(get(table, "h", "/projects/a%2Fb")).isNull();
    assertThat(get(table, "h", "/git/a%2Fb;x")).isEqualTo("git");
    assertThat(get(table, "h", "/b;x/c%2Fd")).isEqualTo("all");
  }

  @Test
  void routesForTheSameRequestsAreRefused() {
    path("one", "/a/{x}");
    path("two", "/b", "/a/{y}");
    assertThatThrownBy(routes::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("routes one and two are for the same requests at any host, /a/{}");
    RouteTableBuilder<String> more = RouteTable.builder();
    more.add("get", match(List.of("h"), List.of("/a"), "GET"), 0, "get");
    more.add("post", match(List.of("h"), List.of("/a"), "POST"), 0, "post");
    more.add("prior", match(List.of("h"), List.of("/a"), "GET"), 1, "prior");
    more.add("host", match(List.of("i"), List.of("/a"), "GET"), 0, "host");
    more.add("any", match(List.of(), List.of("/a"), "GET"), 0, "any");
    assertThat(get(more.build(), "h", "/a")).isEqualTo("prior");
    more.add("again", match(List.of("H."), List.of("/a"), "PUT", "POST"), 0, "again");
    assertThatThrownBy(more::build).hasMessageContaining("post and again");
  }

  @Test
  void whatARouteLeadsToChangesWithoutTheRest() {
    List<RouteMatch> matches =
        List.of(
            RouteMatch.of(match(List.of(), List.of("/a")), 0),
            RouteMatch.of(match(List.of("h"), List.of("/b/{x}/{y}/*")), 0),
            RouteMatch.of(match(List.of(), List.of("/c/{x}", "/d/{y}/{x}")), 0),
            RouteMatch.of(match(List.of("*.h"), List.of("/*"), "GET"), 0));
    RouteTable<String> before = with(matches, "one", null);
    RouteTable<String> after = with(matches, "two", before);
    for (String path : List.of("/a", "/b/1/2/3", "/c/1", "/d/1/2")) {
      RouteTable.Found<String> found = find(after, "h", path);
      assertThat(found).as(path).isEqualTo(find(with(matches, "two", null), "h", path));
      assertThat(found.target()).isEqualTo("two");
      assertThat(find(before, "h", path).target()).isEqualTo("one");
    }
    assertThat(get(after, "x.h", "/x")).isEqualTo("two");
    assertThat(after.index()).isSameAs(before.index());
    List<RouteMatch> fewer = matches.subList(0, 3);
    assertThat(get(with(fewer, "three", after), "x.h", "/x")).isNull();
    RouteMatch other = RouteMatch.of(match(List.of(), List.of("/e")), 0);
    RouteTable<String> moved = with(List.of(other, matches.get(1)), "three", after);
    assertThat(get(moved, "h", "/a")).isNull();
    assertThat(get(moved, "h", "/e")).isEqualTo("three");
  }

  private static RouteTable<String> with(
      List<RouteMatch> matches, String target, RouteTable<String> before) {
    RouteTableBuilder<String> table = RouteTable.builder();
    for (int i = 0; i < matches.size(); i++) {
      table.add("r" + i, matches.get(i), target);
    }
    return table.build(before);
  }

  private static RouteTable.Found<String> find(RouteTable<String> in, String host, String path) {
    return in.find(HttpMethod.GET, host, path, MultiMap.caseInsensitiveMultiMap(), null);
  }

  @Test
  void anEmptyTableFindsNothing() {
    assertThat(get(routes.build(), "h", "/")).isNull();
    assertThat(routes.build().methods("h", "/")).isEmpty();
  }

  @Test
  void anExactMatchAllocatesNothing() {
    path("all", "/*");
    path("exact", "/shop/cart");
    routes.add("wild", match(List.of("*.example.com"), List.of("/x/{y}")), 0, "wild");
    RouteTable<String> table = routes.build();
    assertThat(sum(table, 20_000)).isPositive();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThat(sum(table, 1_000_000)).isPositive();
    assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 1_000_000.0).isLessThan(0.1);
  }

  private static long sum(RouteTable<String> table, int times) {
    MultiMap none = MultiMap.caseInsensitiveMultiMap();
    long sum = 0;
    for (int i = 0; i < times; i++) {
      String path = RequestPath.clean("/shop/cart");
      sum += table.find(HttpMethod.GET, "shop.example.com", path, none, "a=b").target().length();
    }
    return sum;
  }
}
