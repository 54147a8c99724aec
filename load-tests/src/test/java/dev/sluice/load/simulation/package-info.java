/** Tests of the command line of a load, and of one run against a real node. */
package dev.sluice.load.simulation;
