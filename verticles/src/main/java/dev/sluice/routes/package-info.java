/**
 * The routes that were changed while the nodes run, the same for all of them. The room keeps each
 * document that was stored as a version, and says which is the newest; it neither reads nor checks
 * what is in them, the edges do. It owns the schema {@code routes}; a new version is told to every
 * node on the bus, and announced on the topic {@code routes} in the transaction that makes it true,
 * for the audit log. It hears nothing.
 */
package dev.sluice.routes;
