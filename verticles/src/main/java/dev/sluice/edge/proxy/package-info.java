/**
 * Forwards requests to upstreams: which headers go along ({@link dev.sluice.edge.proxy.Headers}),
 * bodies in both directions with back-pressure, retries and hedging, WebSockets. It knows the edge
 * only as {@link dev.sluice.edge.proxy.Inbound}.
 */
package dev.sluice.edge.proxy;
