package dev.sluice.edge.cache;

/**
 * What a purge did.
 *
 * @param entries answers that were in the memory of this node and no longer are
 * @param everywhere whether the second level knows of it; when not, this node reads nothing from
 *     there until it does, and goes on telling it
 */
public record Purged(long entries, boolean everywhere) {}
