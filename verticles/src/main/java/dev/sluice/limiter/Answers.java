package dev.sluice.limiter;

import java.util.List;

/**
 * What the ledger said to a flush.
 *
 * @param epoch names the ledger's data; another one means that it has lost them, and nothing was
 *     done then
 * @param answers in the order of the entries
 */
record Answers(String epoch, boolean done, List<Answer> answers) {}
