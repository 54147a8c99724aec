/**
 * What the services behind the gateway cost, beside the same written with Spring where there is
 * such: orders through the event bus and PostgreSQL, starting and memory, a call over the bus
 * within a node and between two, and texts through thousands of WebSockets of the gateway.
 */
package dev.sluice.load.platform;
