/**
 * PostgreSQL for a room: one pool on the room's own schema, its numbered migrations, and the two
 * things nearly every room needs inside its transactions. Every wait has a bound, so a server that
 * is stopped, paused or full costs callers a failure that says so, never a hanging call.
 */
package dev.sluice.platform.db;
