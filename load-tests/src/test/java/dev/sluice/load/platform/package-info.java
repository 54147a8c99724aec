/** Tests of the platform's comparison: its tables, and a tiny round over the bus. */
package dev.sluice.load.platform;
