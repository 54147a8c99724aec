/** Tests of what all comparisons share, and of what they leave behind. */
package dev.sluice.load.compare;
