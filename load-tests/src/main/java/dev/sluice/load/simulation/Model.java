package dev.sluice.load.simulation;

/**
 * Who decides when the next user comes. Open: a clock, whatever the node does, as on the internet;
 * a slow node has more and more users. Closed: there are always as many, and the next one waits for
 * an answer, as with a pool of workers; a slow node is asked less.
 */
enum Model {
  OPEN,
  CLOSED
}
