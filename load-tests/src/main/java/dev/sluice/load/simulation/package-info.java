/**
 * Loads that a node is put under by {@code ./sluice load}: what is asked of it, how often, and what
 * must hold meanwhile. Each simulation is a class that Gatling runs; {@link
 * dev.sluice.load.simulation.LoadMain} reads the command line, runs one, and says what came of it.
 */
package dev.sluice.load.simulation;
