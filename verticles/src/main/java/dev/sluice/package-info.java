/**
 * A node: what it is told on its command line and in its configuration, and which rooms and servers
 * that comes to, in which order. The only package that knows all the others; none knows it.
 */
package dev.sluice;
