/**
 * Changes to requests and responses on their way through: header fields, query parameters and
 * fields of JSON bodies are set, added, removed and renamed, and responses are compressed. Rules
 * are compiled once, when a table of routes is read ({@link
 * dev.sluice.edge.transform.RequestTransform}, {@link
 * dev.sluice.edge.transform.ResponseTransform}); what a route has no rules for costs it nothing.
 */
package dev.sluice.edge.transform;
