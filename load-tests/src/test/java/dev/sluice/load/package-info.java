/** Tests of what measurements compute with. */
package dev.sluice.load;
