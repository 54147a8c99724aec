package dev.sluice.edge.proxy;

import dev.sluice.edge.route.ComposeConfig;
import dev.sluice.edge.route.Rewrite;
import dev.sluice.edge.route.RouteConfig;
import dev.sluice.edge.upstream.Upstream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A route whose answer is put together from those of several upstreams. Immutable, and shared by
 * all event loops.
 */
public final class ComposedRoute {
  private final List<Part> parts;
  private final long timeoutMillis;
  private final Fallback fallback;

  /**
   * One upstream that is asked.
   *
   * @param name of its member in the answer; it needs no escaping in JSON
   * @param query whether the path has one of its own, in place of the client's
   */
  record Part(String name, Way way, Rewrite path, boolean query, boolean required) {
    String uri(Inbound in) {
      String asked = path.of(in.parameters(), in.rest());
      String clients = query ? null : in.request().query();
      return clients == null ? asked : asked + '?' + clients;
    }
  }

  /**
   * @param config one that was checked, and is composed
   * @param upstreams by name
   * @throws IllegalArgumentException if a parameter of a part's path is none of the match
   */
  public ComposedRoute(RouteConfig config, Function<String, Upstream> upstreams) {
    List<Part> all = new ArrayList<>();
    new TreeMap<>(config.compose().parts())
        .forEach((name, part) -> all.add(part(name, part, config, upstreams)));
    this.parts = List.copyOf(all);
    this.timeoutMillis = config.compose().timeout().toMillis();
    this.fallback = Fallback.of(config.fallback());
  }

  private static Part part(
      String name,
      ComposeConfig.PartConfig part,
      RouteConfig config,
      Function<String, Upstream> upstreams) {
    return new Part(
        name,
        Way.to(part.upstream(), part.subset(), 1, upstreams),
        Rewrite.of(part.path(), config.match().parameterNames()),
        part.path().indexOf('?') >= 0,
        part.required());
  }

  /** In the order they have in the answer. */
  List<Part> parts() {
    return parts;
  }

  long timeoutMillis() {
    return timeoutMillis;
  }

  /** Null if there is none. */
  Fallback fallback() {
    return fallback;
  }
}
