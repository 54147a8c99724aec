package dev.sluice.edge.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The table finds what walking through all routes would find. */
class RandomRoutesTest {
  private static final int TABLES = 400;
  private static final int REQUESTS = 300;
  private static final String[] HOSTS = {
    "", "a.com", "b.a.com", "*.a.com", "*.b.a.com", "*.com", "c.org"
  };
  private static final String[] SEGMENTS = {"x", "y", "z", "{p}", "{p}", "{p}"};
  private static final String[] METHODS = {"GET", "HEAD", "POST", "PUT"};

  private record Route(String name, int priority, MatchConfig match, List<String> places) {}

  /** A route at one host and path, as the naive matcher knows it. */
  private record Place(Route route, String host, String path) {
    String[] segments() {
      String fixed = path.endsWith("/*") ? path.substring(0, path.length() - 2) : path;
      return fixed.isEmpty() ? new String[0] : fixed.substring(1).split("/", -1);
    }

    boolean open() {
      return path.endsWith("/*");
    }

    long literals() {
      return List.of(segments()).stream().filter(s -> !s.startsWith("{")).count();
    }

    String kinds() {
      StringBuilder kinds = new StringBuilder();
      for (String segment : segments()) {
        kinds.append(segment.startsWith("{") ? 'p' : 'l');
      }
      return kinds.toString();
    }

    int pathClass() {
      return open() ? 2 : path.contains("{") ? 1 : 0;
    }

    int hostClass() {
      return host.isEmpty() ? 2 : host.startsWith("*") ? 1 : 0;
    }

    boolean headOnly() {
      return route.match.methods().contains("HEAD") && !route.match.methods().contains("GET");
    }

    int conditions() {
      return route.match.headers().size()
          + route.match.query().size()
          + (route.match.methods().isEmpty() ? 0 : 1);
    }

    boolean matches(HttpMethod method, String asked, String sent, MultiMap headers, String query) {
      boolean hostRight =
          host.isEmpty()
              || (host.startsWith("*.") ? asked.endsWith(host.substring(1)) : asked.equals(host));
      List<String> methods = route.match.methods();
      boolean methodRight =
          methods.isEmpty()
              || methods.contains(method.name())
              || (method.equals(HttpMethod.HEAD) && methods.contains("GET"));
      boolean headersRight =
          route.match.headers().entrySet().stream()
              .allMatch(e -> headers.getAll(e.getKey()).contains(e.getValue()));
      boolean queryRight =
          route.match.query().entrySet().stream()
              .allMatch(
                  e -> ("&" + query + "&").contains("&" + e.getKey() + "=" + e.getValue() + "&"));
      return hostRight && methodRight && headersRight && queryRight && pathMatches(sent);
    }

    private boolean pathMatches(String sent) {
      String[] mine = segments();
      String[] theirs = sent.substring(1).split("/", -1);
      if (open() ? theirs.length < mine.length : theirs.length != mine.length) {
        return false;
      }
      for (int i = 0; i < mine.length; i++) {
        boolean right = mine[i].startsWith("{") ? !theirs[i].isEmpty() : mine[i].equals(theirs[i]);
        if (!right) {
          return false;
        }
      }
      return true;
    }
  }

  private static final Comparator<Place> BETTER =
      Comparator.<Place>comparingInt(p -> -p.route.priority)
          .thenComparingInt(Place::hostClass)
          .thenComparingInt(p -> -p.host.length())
          .thenComparingInt(Place::pathClass)
          .thenComparingInt(p -> p.open() ? -p.segments().length : 0)
          .thenComparingLong(p -> -p.literals())
          .thenComparing(Place::kinds)
          .thenComparingInt(p -> -p.conditions())
          .thenComparing(p -> !p.headOnly())
          .thenComparing(p -> p.route.name);

  @Test
  void theTableAgreesWithAList() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    int matched = 0;
    for (int t = 0; t < TABLES; t++) {
      List<Place> places = new ArrayList<>();
      RouteTable<String> table = table(random, places);
      for (int r = 0; r < REQUESTS; r++) {
        HttpMethod method = HttpMethod.valueOf(METHODS[random.nextInt(METHODS.length)]);
        String host =
            List.of("a.com", "b.a.com", "c.b.a.com", "com", "c.org", "A.COM:80", "d")
                .get(random.nextInt(7));
        String path = path(random, new String[] {"x", "y", "z", "w", "v"});
        path = random.nextInt(5) == 0 ? path + "/" : path;
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        headers.add("h", "" + random.nextInt(2)).add("i", "" + random.nextInt(2));
        String query = "q=" + random.nextInt(2);
        Place expected = naive(places, method, host, path, headers, query);
        RouteTable.Found<String> found = table.find(method, host, path, headers, query);
        matched += found == null ? 0 : 1;
        assertThat(found == null ? null : found.target())
            .as("seed %d: %s %s %s %s %s in %s", seed, method, host, path, headers, query, places)
            .isEqualTo(expected == null ? null : expected.route.name);
        if (found != null) {
          assertThat(found.rest()).isEqualTo(rest(expected, path));
        }
      }
    }
    assertThat(matched).isGreaterThan(TABLES * REQUESTS / 10);
  }

  private static String rest(Place place, String path) {
    if (!place.open()) {
      return null;
    }
    String[] segments = path.substring(1).split("/", -1);
    int from = place.segments().length;
    return String.join(
        "/", List.of(segments).subList(Math.min(from, segments.length), segments.length));
  }

  private static Place naive(
      List<Place> places,
      HttpMethod method,
      String sent,
      String path,
      MultiMap headers,
      String query) {
    String host = sent.toLowerCase(Locale.ROOT).replaceFirst(":.*", "");
    return places.stream()
        .filter(place -> place.matches(method, host, path, headers, query))
        .min(BETTER)
        .orElse(null);
  }

  private static RouteTable<String> table(Random random, List<Place> places) {
    while (true) {
      places.clear();
      RouteTableBuilder<String> routes = RouteTable.builder();
      for (int i = random.nextInt(25); i >= 0; i--) {
        String host = HOSTS[random.nextInt(HOSTS.length)];
        List<String> hosts = host.isEmpty() ? List.of() : List.of(host);
        List<String> paths =
            random.nextInt(3) == 0 ? List.of(any(random), any(random)) : List.of(any(random));
        List<String> methods =
            switch (random.nextInt(4)) {
              case 0 -> List.of("GET");
              case 1 -> List.of("POST", "HEAD");
              default -> List.of();
            };
        Map<String, String> headers =
            random.nextInt(4) == 0 ? Map.of(random.nextBoolean() ? "h" : "i", "1") : Map.of();
        Map<String, String> query = random.nextInt(6) == 0 ? Map.of("q", "1") : Map.of();
        MatchConfig match = new MatchConfig(hosts, paths, methods, headers, query, "");
        Route route =
            new Route("r" + i, random.nextInt(6) == 0 ? random.nextInt(3) - 1 : 0, match, paths);
        if (isFree(places, route)) {
          routes.add(route.name, match, route.priority, route.name);
          paths.stream().distinct().forEach(path -> places.add(new Place(route, host, path)));
        }
      }
      return routes.build();
    }
  }

  /** Whether no other route is for the same requests; for the naive matcher to know better. */
  private static boolean isFree(List<Place> places, Route route) {
    for (Place place : places) {
      boolean same =
          place.route.priority == route.priority
              && (place.host.isEmpty() ? List.of() : List.of(place.host))
                  .equals(route.match.hosts())
              && route.match.paths().contains(place.path)
              && place.route.match.headers().equals(route.match.headers())
              && place.route.match.query().equals(route.match.query());
      if (same) {
        return false;
      }
    }
    return true;
  }

  private static String any(Random random) {
    String path = path(random, SEGMENTS);
    StringBuilder numbered = new StringBuilder();
    int number = 0;
    for (String part : path.split("(?=\\{p})", -1)) {
      numbered.append(part.replace("{p}", "{p" + number++ + "}"));
    }
    String named = numbered.toString().replaceFirst("^/$", "/");
    return random.nextInt(3) == 0 ? named + "/*" : named;
  }

  private static String path(Random random, String[] segments) {
    StringBuilder path = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      path.append('/').append(segments[random.nextInt(segments.length)]);
    }
    return path.toString();
  }
}
