/**
 * What is behind one gateway, for people: the services with how they are and who looks after them,
 * the rooms of the node, and the servers it stands on. It reads what others keep and keeps nothing.
 */
package dev.sluice.edge.catalog;
