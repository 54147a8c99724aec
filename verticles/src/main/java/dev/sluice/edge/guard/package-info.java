/**
 * What stands between the network and the chain: a strict reading of HTTP/1.1, limits on
 * connections and on slow clients, lists of networks and countries, a small set of rules against
 * obvious attacks, and the certificates of the listener. Nothing here knows routes or exchanges;
 * what is switched off is not there at all.
 */
package dev.sluice.edge.guard;
