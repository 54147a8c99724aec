package dev.sluice.edge;

import dev.sluice.codec.Names;
import dev.sluice.contract.Requires;
import dev.sluice.edge.files.StaticFiles;
import dev.sluice.edge.proxy.ComposedRoute;
import dev.sluice.edge.proxy.ProxyRoute;
import dev.sluice.edge.route.MatchConfig;
import dev.sluice.edge.route.RespondConfig;
import dev.sluice.edge.route.RouteConfig;
import dev.sluice.edge.route.RouteMatch;
import dev.sluice.edge.route.RouteTable;
import dev.sluice.edge.route.RouteTableBuilder;
import dev.sluice.edge.route.RoutesConfig;
import dev.sluice.edge.transform.RequestTransform;
import dev.sluice.edge.transform.ResponseTransform;
import dev.sluice.edge.upstream.Upstream;
import dev.sluice.edge.upstream.UpstreamConfig;
import dev.sluice.edge.upstream.Upstreams;
import dev.sluice.platform.config.ConfigException;
import dev.sluice.platform.config.Mistake;
import dev.sluice.platform.lifecycle.Ground;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the routes in force out of a checked configuration. A route that is as it was, to upstreams
 * that are as they were, stays the same object with its budget and its meters; so a change costs
 * what was changed. Used by one thread at a time, a worker.
 */
final class Routing {
  private static final Map<String, Integer> ACCEPTS =
      Map.of(
          "public", 0,
          "jwt", Endpoint.TOKEN,
          "api_key", Endpoint.KEY,
          "mtls", Endpoint.CERTIFICATE);

  private final Ground ground;
  private final Upstreams upstreams;
  private final Protection protection;
  private final Path folder;
  private final int loops;
  private Map<String, Upstream> current = Map.of();
  private Map<String, Upstream> ledTo = Map.of(); // by the routes that are made
  private Map<String, Made> made = Map.of();
  private RouteSnapshot before;

  /** A route, and what it was made of. */
  private record Made(RouteConfig config, RouteMatch match, Endpoint endpoint) {}

  /**
   * @param folder of the configuration
   * @param loops how many event loops serve
   */
  Routing(Ground ground, Upstreams upstreams, Protection protection, Path folder, int loops) {
    this.ground = ground;
    this.upstreams = upstreams;
    this.protection = protection;
    this.folder = folder;
    this.loops = loops;
  }

  static Set<String> contracts() {
    Set<String> names = new HashSet<>();
    Endpoints.ROUTES.forEach(route -> names.add(Names.of(route.contract())));
    return names;
  }

  /**
   * From now on the upstreams are these; the routes when the event loops have the snapshot.
   *
   * @param config one that was checked
   */
  RouteSnapshot make(RoutesConfig config) {
    check(config);
    current = upstreams.swap(config.upstreams());
    Set<String> changed = changed();
    Map<String, Made> next = new HashMap<>();
    RouteTableBuilder<Endpoint> hosted = RouteTable.builder();
    RouteTableBuilder<Endpoint> anywhere = RouteTable.builder();
    config
        .routes()
        .forEach(
            (name, route) -> {
              if (route.enabled()) {
                Made one = made(name, route, changed);
                next.put(name, one);
                (one.match().isAnywhere() ? anywhere : hosted)
                    .add(name, one.match(), one.endpoint());
              }
            });
    made = next;
    ledTo = current;
    before =
        new RouteSnapshot(
            config,
            next.isEmpty(),
            hosted.build(before == null ? null : before.ofHosts()),
            anywhere.build(before == null ? null : before.ofAnyHost()));
    return before;
  }

  /** The names of upstreams that are others than those the routes lead to. */
  private Set<String> changed() {
    Set<String> changed = new HashSet<>();
    current.forEach(
        (name, upstream) -> {
          if (upstream != ledTo.get(name)) {
            changed.add(name);
          }
        });
    return changed;
  }

  private Made made(String name, RouteConfig route, Set<String> changed) {
    Made known = made.get(name);
    try {
      if (known == null || !known.config().equals(route)) {
        RouteMatch match =
            known != null && known.match().isOf(route.match(), route.priority())
                ? known.match()
                : RouteMatch.of(route.match(), route.priority());
        return new Made(route, match, endpoint(name, route));
      }
      return route.leadsTo(changed)
          ? new Made(route, known.match(), known.endpoint().leadingTo(again(name, known)))
          : known;
    } catch (IllegalArgumentException e) {
      throw wrong(name, e);
    }
  }

  /** Where it leads, with the upstreams there are now. */
  private Destination again(String name, Made known) {
    return known.endpoint().destination() instanceof ProxyCall call
        ? new ProxyCall(call.route().leadingTo(known.config(), current::get))
        : destination(name, known.config(), known.config().destinations().get(0));
  }

  /**
   * Looks for what could not be seen in the text alone, before anything is changed.
   *
   * @throws ConfigException with the first of it
   */
  void check(RoutesConfig config) {
    config
        .routes()
        .forEach(
            (name, route) -> {
              Made known = made.get(name);
              if (route.enabled() && (known == null || !known.config().equals(route))) {
                check(name, route);
              }
            });
  }

  private void check(String name, RouteConfig route) {
    try {
      List<String> parameters = route.match().parameterNames();
      RouteConfig.Destination kind = route.destinations().get(0);
      List<Object> parts = new ArrayList<>();
      parts.add(RequestTransform.of(route.request(), parameters));
      parts.add(ResponseTransform.of(route.response(), parameters));
      if (kind == RouteConfig.Destination.FOLDER || kind == RouteConfig.Destination.CONTRACT) {
        parts.add(destination(name, route, kind));
      }
      assert parts.size() > 1;
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw wrong(name, e);
    }
  }

  private static ConfigException wrong(String name, RuntimeException why) {
    return new ConfigException(
        List.of(
            new Mistake(
                "routes." + name, null, "all its keys together", "expected " + why.getMessage())));
  }

  private Endpoint endpoint(String name, RouteConfig route) {
    int accepts = 0;
    for (String way : route.auth()) {
      accepts |= ACCEPTS.get(way);
    }
    List<String> requires = new ArrayList<>(route.permissions());
    if (requires.isEmpty() && !route.auth().contains("public")) {
      requires.add(Requires.SIGNED_IN);
    }
    MatchConfig match = route.match();
    String template = match.paths().isEmpty() ? match.hosts().get(0) + "/*" : match.paths().get(0);
    RouteConfig.Destination kind = route.destinations().get(0);
    int index = Endpoints.OTHER;
    if (kind == RouteConfig.Destination.CONTRACT) {
      index = Endpoints.indexOf(route.contract()); // with the limits of the contract
      accepts |= Endpoint.TOKEN | Endpoint.KEY;
    }
    return new Endpoint(
        index,
        "route:" + name,
        template,
        accepts,
        List.copyOf(requires),
        true,
        limits(name, route, index),
        protection.guard(route.guard()),
        kind == RouteConfig.Destination.CONTRACT,
        destination(name, route, kind),
        new RouteMeters(ground.http(), template));
  }

  private static RouteLimits limits(String name, RouteConfig route, int index) {
    if (route.limits().isEmpty() && route.tierLimits()) {
      return null;
    }
    Map<String, RouteLimits.Own> own = new HashMap<>();
    route
        .limits()
        .forEach(
            (limit, config) ->
                own.put(name + "." + limit, new RouteLimits.Own(config.limit(), config.cost())));
    return new RouteLimits(index, route.tierLimits(), own);
  }

  private Destination destination(String name, RouteConfig route, RouteConfig.Destination kind) {
    return switch (kind) {
      case UPSTREAM, SPLIT -> new ProxyCall(new ProxyRoute(name, route, current::get, loops));
      case CONTRACT -> contract(route);
      case RESPOND -> respond(route.respond());
      case FOLDER -> {
        boolean open = route.auth().contains("public") && route.permissions().isEmpty();
        StaticFiles files =
            StaticFiles.of(route.folder(), folder, open, ground.vertx(), ground.time());
        yield files::serve;
      }
      case COMPOSE -> compose(route);
    };
  }

  private ContractCall contract(RouteConfig route) {
    Endpoints.Route ours = Endpoints.ROUTES.get(Endpoints.indexOf(route.contract()));
    List<String> paths = route.match().paths();
    if (paths.size() != 1 || paths.get(0).endsWith("*")) {
      throw new IllegalArgumentException("exactly one path, without *, for a contract");
    }
    HttpMethod method =
        route.match().methods().isEmpty()
            ? ours.method()
            : HttpMethod.valueOf(route.match().methods().get(0));
    return new ContractCall(ground.bus(), ours.moved(method, paths.get(0)));
  }

  private Destination compose(RouteConfig route) {
    ComposedRoute composed = new ComposedRoute(route, current::get);
    return exchange -> exchange.worker.forwarder().compose(exchange, composed);
  }

  private static Destination respond(RespondConfig config) {
    Buffer body = Buffer.buffer(config.body());
    return exchange -> {
      config.headers().forEach(exchange.response::putHeader);
      exchange.answer(config.status(), config.contentType(), body);
    };
  }

  /** The configuration without anything. */
  static RoutesConfig nothing() {
    return new RoutesConfig(Map.<String, UpstreamConfig>of(), Map.of(), List.of(), List.of(), "");
  }
}
