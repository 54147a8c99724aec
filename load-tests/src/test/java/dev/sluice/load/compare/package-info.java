/** Tests of what a comparison leaves behind. */
package dev.sluice.load.compare;
