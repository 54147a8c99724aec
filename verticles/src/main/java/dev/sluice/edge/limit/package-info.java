/**
 * How limits are written in configuration: how much, for whom, and what a request costs. Tiers,
 * operations of the API and routes of the table share it.
 */
package dev.sluice.edge.limit;
