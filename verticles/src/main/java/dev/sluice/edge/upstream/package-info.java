/**
 * What the gateway knows of the servers behind it. An {@link dev.sluice.edge.upstream.Upstream} is
 * several targets that do the same: it picks one of them for a request, watches how they do (active
 * probes, ejection, breakers), bounds how many requests are under way, and finds out which
 * addresses their names have. One object a node is shared by all event loops; what is asked for
 * each request takes no lock. {@link dev.sluice.edge.upstream.UpstreamClient} is what belongs to
 * one event loop: the connections.
 */
package dev.sluice.edge.upstream;
