/**
 * What every node serves about itself: the levels of its loggers. It owns nothing and announces
 * {@code node.log_level_changed} over the bus, which it hears from the others.
 */
package dev.sluice.node;
