/**
 * Finding the route of a request at a cost that does not grow with the number of routes: a map for
 * paths without parameters, a tree by segments for the others.
 */
package dev.sluice.edge.route;
