/**
 * Whether this node is alive and ready. {@link dev.sluice.platform.health.Health} asks every
 * registered check (a database, a broker, the bus) at an interval, each within a timeout, and keeps
 * the answers; a probe reads what is kept, so it costs nothing and never hangs, whatever state the
 * things checked are in.
 */
package dev.sluice.platform.health;
