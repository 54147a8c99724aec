/**
 * What a peer and the comparison that started it say to each other: {@code port N} on standard
 * output when it is ready, and the end of standard input when it shall end. The log goes to
 * standard error, so that nothing stands between.
 */
package dev.sluice.peers.lifeline;
