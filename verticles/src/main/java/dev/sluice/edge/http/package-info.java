/**
 * What HTTP itself says about fields, whoever uses them: dates, entity tags, lists, parts of a
 * body, and requests that depend on what the client has already (RFC 9110 sections 5, 8, 13 and
 * 14). The cache, static folders and what forwards requests stand on it; it knows none of them, no
 * socket and no clock.
 */
package dev.sluice.edge.http;
