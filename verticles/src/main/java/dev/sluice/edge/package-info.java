/**
 * The gateway. Every request walks one chain of steps forward and every reply walks it back:
 *
 * <pre>observe > cors > ip limit > authenticate > tier limit > authorize > destination</pre>
 *
 * CORS comes before authentication because a browser's preflight has no credentials, and the IP
 * limit before it because logins would otherwise be unlimited. A destination is a contract on the
 * bus, or an answer the edge has itself. {@link dev.sluice.edge.Endpoints} is the table of them
 * all; {@link dev.sluice.edge.Problems} the one place where a failure becomes HTTP.
 */
package dev.sluice.edge;
