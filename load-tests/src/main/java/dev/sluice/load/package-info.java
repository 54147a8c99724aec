/** Benchmarks of the hot pieces, with the allocation profiler, and the page they are written to. */
package dev.sluice.load;
