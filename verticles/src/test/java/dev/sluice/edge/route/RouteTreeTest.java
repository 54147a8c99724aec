package dev.sluice.edge.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.edge.route.RouteTree.Found;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RouteTreeTest {
  private static final HttpMethod GET = HttpMethod.GET;
  private static final HttpMethod POST = HttpMethod.POST;

  private static RouteTree<String> tree(String... templates) {
    RouteTree.Builder<String> table = new RouteTree.Builder<>();
    for (String template : templates) {
      table.add(GET, template, template);
    }
    return table.build();
  }

  private static String found(RouteTree<String> tree, String path) {
    Found<String> found = tree.find(GET, path);
    return found == null ? null : found.target() + " " + found.parameters();
  }

  @Test
  void aLiteralIsPreferredToAParameter() {
    RouteTree<String> tree =
        tree("/orders/{id}", "/orders/mine", "/orders/mine/{line}", "/{any}/x");
    assertThat(found(tree, "/orders/mine")).isEqualTo("/orders/mine []");
    assertThat(found(tree, "/orders/7")).isEqualTo("/orders/{id} [7]");
    assertThat(found(tree, "/orders/mine/2")).isEqualTo("/orders/mine/{line} [2]");
  }

  @Test
  void aLiteralThatLeadsNowhereIsGivenUpForTheParameter() {
    RouteTree<String> tree = tree("/a/b/{x}/c", "/a/{y}/{z}/d", "/{w}/b/1/e");
    assertThat(found(tree, "/a/b/1/c")).isEqualTo("/a/b/{x}/c [1]");
    assertThat(found(tree, "/a/b/1/d")).isEqualTo("/a/{y}/{z}/d [b, 1]");
    assertThat(found(tree, "/a/b/1/e")).isEqualTo("/{w}/b/1/e [a]");
    assertThat(found(tree, "/a/b/1/f")).isNull();
  }

  /** Which of two paths it is must not depend on which one also has another method. */
  @Test
  void aPathWithTheWrongMethodIsGivenUpForOneWithTheRight() {
    RouteTree<String> tree =
        new RouteTree.Builder<String>()
            .add(POST, "/a/b/{x}", "literal")
            .add(GET, "/a/{y}/{z}", "parameter")
            .add(POST, "/exact", "exact")
            .add(GET, "/{any}", "any")
            .build();
    assertThat(tree.find(GET, "/a/b/1").target()).isEqualTo("parameter");
    assertThat(tree.find(POST, "/a/b/1").target()).isEqualTo("literal");
    assertThat(tree.find(GET, "/exact").target()).isEqualTo("any");
    assertThat(tree.methods("/a/b/1")).containsExactly("GET", "POST");
    assertThat(tree.methods("/exact")).containsExactly("GET", "POST");
  }

  @Test
  void anEncodedSlashSeparatesNothing() {
    RouteTree<String> tree = tree("/orders/{id}");
    assertThat(found(tree, "/orders/a%2Fb")).isEqualTo("/orders/{id} [a%2Fb]");
    assertThat(found(tree, "/orders%2Fa")).isNull();
    assertThat(found(tree, "/orders/a/b")).isNull();
    assertThat(found(tree, "/orders/..")).isEqualTo("/orders/{id} [..]");
  }

  @Test
  void emptySegmentsAreNoParameters() {
    RouteTree<String> tree = tree("/orders/{id}", "/orders/{id}/lines", "/x", "/y/");
    for (String path : List.of("/orders/", "/orders//lines", "//orders/1", "/orders/1/", "", "/")) {
      assertThat(found(tree, path)).as(path).isNull();
    }
    assertThat(found(tree, "/x/")).isNull();
    assertThat(found(tree, "/y")).isNull();
    assertThat(found(tree, "/y/")).isEqualTo("/y/ []");
  }

  @Test
  void methodsOfAPathAreKnown() {
    RouteTree<String> tree =
        new RouteTree.Builder<String>()
            .add(GET, "/orders/{id}", "get")
            .add(HttpMethod.DELETE, "/orders/{other}", "delete")
            .build();
    assertThat(tree.methods("/orders/1")).containsExactly("DELETE", "GET");
    assertThat(tree.find(POST, "/orders/1")).isNull();
    assertThat(tree.methods("/nowhere")).isEmpty();
  }

  @Test
  void whatIsNoRouteOrIsThereAlreadyIsRefused() {
    RouteTree.Builder<String> table = new RouteTree.Builder<String>().add(GET, "/a/{x}", "one");
    assertThatThrownBy(() -> table.add(GET, "/a/{y}", "two"))
        .hasMessage("two routes for GET /a/{y}");
    assertThatThrownBy(() -> table.add(GET, "a", "three"))
        .hasMessage("a route begins with '/', this does not: a");
  }

  /** Against a matcher that tries all routes: ten thousand of them, from a few words. */
  @Test
  void findsWhatASearchOfAllRoutesFinds() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<String> templates = new ArrayList<>();
    Set<String> shapes = new HashSet<>();
    RouteTree.Builder<String> table = new RouteTree.Builder<>();
    while (templates.size() < 10_000) {
      String template = path(random, true);
      if (shapes.add(template.replaceAll("\\{\\w+}", "{}"))) {
        templates.add(template);
        table.add(GET, template, template);
      }
    }
    RouteTree<String> tree = table.build();
    List<String[]> naive = templates.stream().map(RouteTreeTest::segments).toList();
    int hits = 0;
    for (int i = 0; i < 2_000; i++) {
      String path = path(random, false);
      String expected = search(naive, path);
      hits += expected == null ? 0 : 1;
      Found<String> found = tree.find(GET, path);
      assertThat(found == null ? null : found.target())
          .as("seed %d, path %s", seed, path)
          .isEqualTo(expected);
      assertThat(tree.methods(path))
          .as("seed %d, path %s", seed, path)
          .isEqualTo(expected == null ? Set.of() : new TreeSet<>(Set.of("GET")));
    }
    assertThat(hits).as("seed %d", seed).isBetween(200, 1_999);
  }

  private static String path(Random random, boolean template) {
    StringBuilder path = new StringBuilder();
    int length = 1 + random.nextInt(6);
    for (int i = 0; i < length; i++) {
      boolean parameter = template && random.nextInt(3) == 0;
      String word = "w" + random.nextInt(6);
      path.append('/').append(parameter ? "{p" + i + "}" : random.nextInt(40) == 0 ? "" : word);
    }
    return path.toString();
  }

  /** The best of all that match: at the first difference, the one with the literal. */
  private static String search(List<String[]> templates, String path) {
    String[] asked = segments(path);
    String[] best = null;
    for (String[] template : templates) {
      if (matches(template, asked) && (best == null || isBefore(template, best))) {
        best = template;
      }
    }
    return best == null ? null : "/" + String.join("/", best);
  }

  private static boolean matches(String[] template, String[] path) {
    boolean same = template.length == path.length;
    for (int i = 0; same && i < path.length; i++) {
      same = template[i].startsWith("{") ? !path[i].isEmpty() : template[i].equals(path[i]);
    }
    return same;
  }

  /** A path without any parameter is before all; else the first difference decides. */
  private static boolean isBefore(String[] one, String[] other) {
    for (int i = 0; i < one.length; i++) {
      boolean parameter = one[i].startsWith("{");
      if (parameter != other[i].startsWith("{")) {
        return !parameter;
      }
    }
    return false;
  }

  private static String[] segments(String path) {
    return path.substring(1).split("/", -1);
  }
}
