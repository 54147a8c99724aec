/**
 * Joining the other nodes. Membership routes messages and nothing else: no lock, counter or map of
 * the cluster manager decides anything that must be right.
 */
package dev.sluice.platform.cluster;
