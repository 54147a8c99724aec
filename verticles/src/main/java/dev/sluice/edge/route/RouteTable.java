package dev.sluice.edge.route;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The table of routes, immutable: from a request to the one route that is for it.
 *
 * <p>Of the routes that match, in this order:
 *
 * <ol>
 *   <li>the highest priority;
 *   <li>the exact host, then {@code *.} and a longer name before a shorter one, then any host;
 *   <li>the exact path; then paths with parameters, those with more literal segments first, and of
 *       equally many the one with a literal where the other has a parameter, from the left; then
 *       paths ending in {@code /*}, those with more segments before it first, then as above;
 *   <li>more conditions: each header, each query parameter, the version, and methods if there are
 *       any, count one;
 *   <li>where one route is for HEAD and not for GET, that one;
 *   <li>the name.
 * </ol>
 *
 * Hosts are compared without port and in lower case, {@code *.example.com} is any name below
 * example.com and not that itself. Paths are compared in percent-encoding, as {@link
 * RequestPath#clean} leaves them. {@code /shop/*} matches {@code /shop}, {@code /shop/} and what is
 * below; {@code /shop} matches neither {@code /shop/} nor what is below. Routes for GET are for
 * HEAD too.
 *
 * <p>A host is found in a map, a path without parameters in one of the host's, any other segment by
 * segment; so the number of routes does not matter, only how many of them have the same host and
 * the same path and differ in their conditions, which are tried one by one.
 */
public final class RouteTable<T> {
  private final RouteIndex index;
  private final Object[] parts; // by rank, as RankedRoutes.part makes them

  /**
   * What was found.
   *
   * @param parameters raw values, where {@link MatchConfig#parameterNames} has their names; null
   *     for one that only other paths of the route have
   * @param rest raw, what {@code /*} stood for, without a slash before it; null if the path has
   *     none
   */
  public record Found<T>(T target, List<String> parameters, String rest) {}

  /**
   * @param targets in the order of the routes the index was made of
   * @param before one with the same index, or null
   */
  RouteTable(RouteIndex index, List<T> targets, RouteTable<T> before) {
    this.index = index;
    RankedRoutes ranked = index.ranked();
    this.parts = before == null ? new Object[ranked.size()] : before.parts.clone();
    for (int rank = 0; rank < parts.length; rank++) {
      T target = targets.get(ranked.entry(rank).route());
      if (before == null || !ranked.isOf(rank, parts[rank], target)) {
        parts[rank] = ranked.part(rank, target);
      }
    }
  }

  RouteIndex index() {
    return index;
  }

  /** Where routes are collected. */
  public static <T> RouteTableBuilder<T> builder() {
    return new RouteTableBuilder<>();
  }

  /**
   * The table of all routes that are enabled.
   *
   * @param routes as {@link RoutesReader} has read and checked them
   * @param target what to find for a route, by its name
   */
  public static <T> RouteTable<T> of(
      RoutesConfig routes, BiFunction<String, RouteConfig, T> target) {
    RouteTableBuilder<T> table = builder();
    routes
        .routes()
        .forEach(
            (name, route) -> {
              if (route.enabled()) {
                table.add(name, route.match(), route.priority(), target.apply(name, route));
              }
            });
    return table.build();
  }

  /**
   * The route for a request, or null.
   *
   * <p>Null also if the path holds encoded slashes or path parameters and who reads these
   * differently would take it for a path of another route.
   *
   * @param host as sent, with or without port; null for none
   * @param path a path {@link RequestPath#clean} has let through
   * @param query without '?', raw; null for none
   */
  public Found<T> find(
      HttpMethod method, String host, String path, MultiMap headers, String query) {
    int rank = index.find(method, host, path, headers, query);
    return rank == PathTree.NONE ? null : index.ranked().found(rank, parts[rank], path);
  }

  /**
   * Whether nothing is found only because servers would read this path differently: then no other
   * table should be asked either.
   */
  public boolean isAmbiguous(
      HttpMethod method, String host, String path, MultiMap headers, String query) {
    return index.isAmbiguous(method, host, path, headers, query);
  }

  /**
   * The methods that routes at this host and path are for, sorted; for {@code Allow}. Empty when
   * there are none, or only routes that would take any method.
   */
  public Set<String> methods(String host, String path) {
    return index.methods(host, path);
  }
}
