package dev.sluice.edge.guard;

/**
 * How much the head of a request may be.
 *
 * @param line bytes of the request line
 * @param size bytes of all header lines together
 * @param count header lines
 */
public record HeadLimits(int line, int size, int count) {}
