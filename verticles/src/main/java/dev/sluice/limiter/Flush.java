package dev.sluice.limiter;

import java.util.List;

/**
 * All that a node asks at one moment.
 *
 * @param epoch the name of the ledger's data as the node knows it; empty for not at all
 */
record Flush<W>(long number, String epoch, List<Entry<W>> entries) {

  /** One bucket and what is asked of it. */
  record Entry<W>(Holding<W> holding, Terms terms, Ask ask) {}
}
