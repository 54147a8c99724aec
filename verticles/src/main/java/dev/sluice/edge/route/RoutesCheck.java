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
  private final Right before;
  private final IdentityHashMap<RouteConfig, RouteMatch> matches;

  /**
   * Routes that are right.
   *
   * @param matches of all of them
   */
  record Right(Map<String, RouteConfig> routes, IdentityHashMap<RouteConfig, RouteMatch> matches) {
    static final Right NOTHING = new Right(Map.of(), new IdentityHashMap<>());

    /** What the enabled route of this name asks for; null if there is none. */
    RouteMatch enabled(String name) {
      RouteConfig route = routes.get(name);
      return route != null && route.enabled() ? matches.get(route) : null;
    }
  }

  /**
   * @param upstreams those without mistakes
   * @param origin where a route is written, or null for below {@code routes}
   * @param before a table that was right: of its routes, the very objects, only what other parts of
   *     the table can change is looked at
   */
  RoutesCheck(
      Document<RoutesConfig> document,
      Map<String, UpstreamConfig> upstreams,
      Function<String, Object[]> origin,
      Path folder,
      Set<String> contracts,
      Right before) {
    this.document = document;
    this.upstreams = upstreams;
    this.names = new LinkedHashSet<>(document.names("upstreams"));
    this.names.addAll(upstreams.keySet());
    this.origin = origin;
    this.folder = folder;
    this.contracts = contracts;
    this.before = before;
    this.matches = new IdentityHashMap<>(before.matches().size() + 1);
  }

  /**
   * What the next table can be compared with.
   *
   * @param routes those that were checked, without a mistake
   */
  Right right(Map<String, RouteConfig> routes) {
    return new Right(routes, matches);
  }

  void check(Map<String, RouteConfig> routes) {
    long places = 0;
    boolean asBefore = true;
    for (Map.Entry<String, RouteConfig> named : routes.entrySet()) {
      RouteConfig route = named.getValue();
      RoutePlace at = place(named.getKey());
      boolean room = places <= RouteTableBuilder.MAX_ENTRIES;
      long all = places + RouteMatch.places(route.match());
      places = all;
      if (all > RouteTableBuilder.MAX_ENTRIES) {
        if (room) { // said once, and nothing more is made
          at.attempt(() -> RouteTableBuilder.requireRoom(all), "match");
        }
        continue;
      }
      RouteMatch known = before.matches().get(route);
      RouteMatch match = known == null ? alone(named.getKey(), route, at) : known;
      references(route, at);
      if (match != null) {
        matches.put(route, match);
        asBefore &= !route.enabled() || match == before.enabled(named.getKey());
      }
    }
    if (!asBefore) { // otherwise no two can be for the same that were not before
      overlaps(routes);
    }
  }

  private RoutePlace place(String route) {
    return new RoutePlace(document, origin, route);
  }

  private void overlaps(Map<String, RouteConfig> routes) {
    Overlaps overlaps = new Overlaps(new Methods());
    routes.forEach(
        (name, route) -> {
          RouteMatch match = matches.get(route);
          if (match != null && route.enabled()) {
            place(name).attempt(() -> overlaps.add(name, match), "match");
          }
        });
    for (Overlaps.Overlap overlap : overlaps.found()) {
      place(overlap.second())
          .refuse("expected another priority, or a condition of its own: " + overlap, "match");
    }
  }

  /** Looks at what a route says by itself; null if its match is wrong. */
  private RouteMatch alone(String name, RouteConfig route, RoutePlace at) {
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
    RouteMatch same = before.enabled(name);
    if (same != null && same.isOf(route.match(), route.priority())) {
      return same;
    }
    List<RouteMatch> parsed = new ArrayList<>(1);
    return at.attempt(() -> parsed.add(RouteMatch.of(route.match(), route.priority())), "match")
        ? parsed.get(0)
        : null;
  }

  private void destination(RouteConfig route, RoutePlace at) {
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

  private void references(RouteConfig route, RoutePlace at) {
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

  private void reference(String name, Map<String, String> subset, RoutePlace at, Object... below) {
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

  private void access(RouteConfig route, RoutePlace at) {
    if (!route.permissions().isEmpty()) {
      if (route.auth().contains("public")) {
        at.refuse("expected ways to show who one is, without 'public', for permissions", "auth");
      } else if (!route.auth().contains("jwt") && !route.auth().contains("api_key")) {
        at.refuse("expected jwt or api_key among them, which can have permissions", "auth");
      }
    }
  }

  /** The paths; null if something of the match is wrong. */
  private List<PathTemplate> match(MatchConfig match, RoutePlace at) {
    List<PathTemplate> paths = new ArrayList<>();
    boolean right = true;
    if (match.paths().isEmpty() && match.hosts().isEmpty()) {
      at.refuse("expected at least one path, or a host; all paths are /*", "match", "paths");
      right = false;
    }
    for (int i = 0; i < match.paths().size(); i++) {
      String path = match.paths().get(i);
      right &= at.attempt(() -> paths.add(PathTemplate.parse(path)), "match", "paths", i);
    }
    for (int i = 0; i < match.hosts().size(); i++) {
      String host = match.hosts().get(i);
      right &= at.attempt(() -> HostName.ofRoute(host), "match", "hosts", i);
    }
    right &= at.attempt(() -> new Methods().add(match.methods()), "match", "methods");
    right &= values(match.headers(), at, "headers");
    right &= values(match.query(), at, "query");
    return right ? paths : null;
  }

  private static boolean values(Map<String, String> wanted, RoutePlace at, String key) {
    boolean right = true;
    for (Map.Entry<String, String> entry : wanted.entrySet()) {
      right &=
          at.attempt(() -> Predicate.Wanted.of(entry.getValue()), "match", key, entry.getKey());
    }
    return right;
  }

  private static void rewrites(RouteConfig route, List<PathTemplate> paths, RoutePlace at) {
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
      String template, List<PathTemplate> paths, RoutePlace at, Object... below) {
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
