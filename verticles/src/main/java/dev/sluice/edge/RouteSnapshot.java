package dev.sluice.edge;

import dev.sluice.edge.route.RouteTable;
import dev.sluice.edge.route.RoutesConfig;

/**
 * The routes in force at one moment. Immutable, and shared by the event loops of a node.
 *
 * @param config what they were made of
 * @param ofHosts those that name hosts
 * @param ofAnyHost all others
 */
record RouteSnapshot(
    RoutesConfig config,
    boolean isEmpty,
    RouteTable<Endpoint> ofHosts,
    RouteTable<Endpoint> ofAnyHost) {}
