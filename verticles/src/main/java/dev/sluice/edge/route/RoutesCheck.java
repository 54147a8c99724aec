package dev.sluice.edge.route;

import dev.sluice.edge.upstream.UpstreamConfig;
import dev.sluice.platform.config.Document;
import dev.sluice.platform.config.Nearest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * What no record of a table can know by itself: whether what it names is there, and whether its
 * parts go together. Each mistake is added to those of the document.
 */
final class RoutesCheck {
  private final Document<RoutesConfig> document;
  private final Map<String, UpstreamConfig> upstreams;
  private final Set<String> names;
  private final Function<String, Object[]> origin;
  private final Path folder;
  private final Set<String> contracts;
  private final IdentityHashMap<RouteConfig, RouteMatch> before;
  private final IdentityHashMap<RouteConfig, RouteMatch> right = new IdentityHashMap<>();

  /**
   * @param upstreams those without mistakes
   * @param origin where a route is written, or null for below {@code routes}
   * @param before routes that were right, the very objects: of these only what other parts of the
   *     table can change is looked at
   */
  RoutesCheck(
      Document<RoutesConfig> document,
      Map<String, UpstreamConfig> upstreams,
      Function<String, Object[]> origin,
      Path folder,
      Set<String> contracts,
      IdentityHashMap<RouteConfig, RouteMatch> before) {
    this.document = document;
    this.upstreams = upstreams;
    this.names = new LinkedHashSet<>(document.names("upstreams"));
    this.names.addAll(upstreams.keySet());
    this.origin = origin;
    this.folder = folder;
    this.contracts = contracts;
    this.before = before;
  }

  /** The routes that are right by themselves. */
  IdentityHashMap<RouteConfig, RouteMatch> right() {
    return right;
  }

  void check(Map<String, RouteConfig> routes) {
    Overlaps overlaps = new Overlaps(new Methods());
    long[] places = {0};
    routes.forEach(
        (name, route) -> {
          Place at = new Place(name);
          long sum = places[0];
          places[0] += RouteMatch.places(route.match());
          if (places[0] > RouteTableBuilder.MAX_ENTRIES) {
            if (sum <= RouteTableBuilder.MAX_ENTRIES) { // said once, and nothing more is made
              attempt(() -> RouteTableBuilder.requireRoom(places[0]), at, "match");
            }
            return;
          }
          RouteMatch known = before.get(route);
          RouteMatch match = known == null ? alone(route, at) : known;
          references(route, at);
          if (match != null) {
            right.put(route, match);
            if (route.enabled()) {
              attempt(() -> overlaps.add(name, match), at, "match");
            }
          }
        });
    for (Overlaps.Overlap overlap : overlaps.found()) {
      new Place(overlap.second())
          .refuse("expected another priority, or a condition of its own: " + overlap, "match");
    }
  }

  /** Looks at what a route says by itself; null if its match is wrong. */
  private RouteMatch alone(RouteConfig route, Place at) {
    destination(route, at);
    access(route, at);
    if (!route.response().query().isEmpty()) {
      at.refuse("expected nothing, because responses have no query", "response", "query");
    }
    List<PathTemplate> paths = match(route.match(), at);
    if (paths == null) {
      return null;
    }
    rewrites(route, paths, at);
    List<RouteMatch> parsed = new ArrayList<>(1);
    return attempt(() -> parsed.add(RouteMatch.of(route.match(), route.priority())), at, "match")
        ? parsed.get(0)
        : null;
  }

  /** A route in the document. */
  private final class Place {
    private final String route;

    Place(String route) {
      this.route = route;
    }

    /** Adds a mistake; of a route in Kong's shape it is known which one, but not which key. */
    void refuse(String problem, Object... below) {
      Object[] at = origin.apply(route);
      if (at == null) {
        document.refuse(problem, KongTranslator.path(new Object[] {"routes", route}, below));
      } else {
        StringBuilder key = new StringBuilder();
        for (Object step : below) {
          key.append(step instanceof Integer index ? "[" + index + "]" : "." + step);
        }
        document.refuse(problem + " (in its " + key.substring(1) + ")", at);
      }
    }
  }

  /** True if nothing was thrown. */
  private static boolean attempt(Runnable step, Place at, Object... below) {
    try {
      step.run();
      return true;
    } catch (IllegalArgumentException wrong) {
      at.refuse("expected " + wrong.getMessage(), below);
      return false;
    }
  }

  private void destination(RouteConfig route, Place at) {
    List<RouteConfig.Destination> found = route.destinations();
    if (found.size() != 1) {
      at.refuse(
          "expected exactly one of upstream, split, contract, folder, respond and compose, not "
              + (found.isEmpty() ? "none" : found.toString().toLowerCase(java.util.Locale.ROOT)));
    }
    boolean balanced = !route.upstream().isEmpty() || !route.split().isEmpty();
    if (!route.subset().isEmpty() && route.upstream().isEmpty()) {
      at.refuse("expected it with 'upstream' only; split and parts have their own", "subset");
    }
    if (!route.mirror().upstream().isEmpty() && !balanced) {
      at.refuse("expected it with 'upstream' or 'split' only", "mirror", "upstream");
    }
    if (route.idempotency().enabled() && !balanced) {
      at.refuse("expected it with 'upstream' or 'split' only", "idempotency", "enabled");
    }
    if (!route.split().isEmpty() && route.split().stream().allMatch(s -> s.weight() == 0)) {
      at.refuse("expected at least one weight above 0", "split");
    }
    if (!route.contract().isEmpty() && !contracts.contains(route.contract())) {
      at.refuse("expected the name of a contract" + hint(route.contract(), contracts), "contract");
    }
    if (!route.folder().path().isEmpty() && !isRightFolder(route.folder().path())) {
      at.refuse(
          "expected a folder below that of the configuration, such as ./public, or an absolute one",
          "folder",
          "path");
    }
  }

  private boolean isRightFolder(String written) {
    try {
      Path path = Path.of(written);
      return path.isAbsolute() || folder.resolve(path).normalize().startsWith(folder);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private void references(RouteConfig route, Place at) {
    if (!route.upstream().isEmpty()) {
      reference(route.upstream(), route.subset(), at, "upstream");
    }
    for (int i = 0; i < route.split().size(); i++) {
      SplitConfig share = route.split().get(i);
      reference(share.upstream(), share.subset(), at, "split", i, "upstream");
    }
    if (!route.mirror().upstream().isEmpty()) {
      reference(route.mirror().upstream(), route.mirror().subset(), at, "mirror", "upstream");
    }
    route
        .compose()
        .parts()
        .forEach(
            (name, part) ->
                reference(
                    part.upstream(), part.subset(), at, "compose", "parts", name, "upstream"));
  }

  private void reference(String name, Map<String, String> subset, Place at, Object... below) {
    if (!names.contains(name)) {
      at.refuse("expected the name of an upstream" + hint(name, names), below);
      return;
    }
    UpstreamConfig upstream = upstreams.get(name);
    if (upstream == null || (subset.isEmpty() && !upstream.targets().isEmpty())) {
      return;
    }
    if (upstream.targets().stream()
        .noneMatch(target -> target.labels().entrySet().containsAll(subset.entrySet()))) {
      Object[] place = below.clone();
      place[place.length - 1] = "subset";
      at.refuse("expected labels that at least one target of " + name + " has, all of them", place);
    }
  }

  private static String hint(String name, Set<String> known) {
    return Nearest.to(name, known)
        .map(nearest -> "; did you mean " + nearest + "?")
        .orElse(known.isEmpty() ? "; there are none" : ", such as " + known.iterator().next());
  }

  private void access(RouteConfig route, Place at) {
    if (!route.permissions().isEmpty()) {
      if (route.auth().contains("public")) {
        at.refuse("expected ways to show who one is, without 'public', for permissions", "auth");
      } else if (!route.auth().contains("jwt") && !route.auth().contains("api_key")) {
        at.refuse("expected jwt or api_key among them, which can have permissions", "auth");
      }
    }
  }

  /** The paths; null if something of the match is wrong. */
  private List<PathTemplate> match(MatchConfig match, Place at) {
    List<PathTemplate> paths = new ArrayList<>();
    boolean right = true;
    if (match.paths().isEmpty() && match.hosts().isEmpty()) {
      at.refuse("expected at least one path, or a host; all paths are /*", "match", "paths");
      right = false;
    }
    for (int i = 0; i < match.paths().size(); i++) {
      String path = match.paths().get(i);
      right &= attempt(() -> paths.add(PathTemplate.parse(path)), at, "match", "paths", i);
    }
    for (int i = 0; i < match.hosts().size(); i++) {
      String host = match.hosts().get(i);
      right &= attempt(() -> HostName.ofRoute(host), at, "match", "hosts", i);
    }
    right &= attempt(() -> new Methods().add(match.methods()), at, "match", "methods");
    right &= values(match.headers(), at, "headers");
    right &= values(match.query(), at, "query");
    return right ? paths : null;
  }

  private static boolean values(Map<String, String> wanted, Place at, String key) {
    boolean right = true;
    for (Map.Entry<String, String> entry : wanted.entrySet()) {
      right &=
          attempt(() -> Predicate.Wanted.of(entry.getValue()), at, "match", key, entry.getKey());
    }
    return right;
  }

  private static void rewrites(RouteConfig route, List<PathTemplate> paths, Place at) {
    placeholders(route.rewrite().path(), paths, at, "rewrite", "path");
    route
        .compose()
        .parts()
        .forEach((name, p) -> placeholders(p.path(), paths, at, "compose", "parts", name, "path"));
    String prefix = route.rewrite().stripPrefix();
    BooleanSupplier everywhere =
        () -> paths.stream().allMatch(p -> (p.shape() + "/").startsWith(prefix + "/"));
    if (!prefix.isEmpty() && (paths.isEmpty() || !everywhere.getAsBoolean())) {
      at.refuse("expected what all paths of the match begin with", "rewrite", "strip_prefix");
    }
  }

  private static void placeholders(
      String template, List<PathTemplate> paths, Place at, Object... below) {
    for (String name : Rewrite.names(template)) {
      boolean known =
          name.equals(PathTemplate.REST)
              ? paths.stream().allMatch(PathTemplate::open)
              : !paths.isEmpty() && paths.stream().allMatch(p -> p.names().contains(name));
      if (!known) {
        at.refuse(
            "expected parameters all paths of the match have, which {"
                + name
                + "} is not; {rest} is what /* stood for",
            below);
      }
    }
  }
}
