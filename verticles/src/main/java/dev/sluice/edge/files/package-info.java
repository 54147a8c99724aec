/**
 * Static files: a folder as the destination of a route. {@link dev.sluice.edge.files.StaticFiles}
 * answers; where a request may lead to is said by {@link dev.sluice.edge.files.AskedPath}, and what
 * is answered is found out by {@link dev.sluice.edge.files.Lookup} on a worker thread.
 */
package dev.sluice.edge.files;
