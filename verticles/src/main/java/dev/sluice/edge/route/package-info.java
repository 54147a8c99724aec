/**
 * Finding the route of a request at a cost that does not grow with the number of routes, and the
 * declarative table of routes.
 *
 * <p>{@link dev.sluice.edge.route.RouteTree} has the operations of the API. {@link
 * dev.sluice.edge.route.RoutesReader} reads conf/routes.yaml into {@link
 * dev.sluice.edge.route.RoutesConfig}, checked as a whole; {@link dev.sluice.edge.route.RouteTable}
 * finds what is for a request, by host, path, method, header, query and version. What a path is
 * taken to mean is decided in {@link dev.sluice.edge.route.RequestPath}.
 */
package dev.sluice.edge.route;
