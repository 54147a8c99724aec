/**
 * Sluice beside nginx, HAProxy and Spring Cloud Gateway: starts them all on one machine in front of
 * one upstream, asks them in turn, and reports what a request costs and how long it takes.
 */
package dev.sluice.load.compare;
