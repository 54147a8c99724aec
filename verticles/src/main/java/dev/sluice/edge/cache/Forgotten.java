package dev.sluice.edge.cache;

import java.util.List;

/**
 * What this node has forgotten because a request changed it.
 *
 * @param purges may be empty
 * @param everywhere whether the second level knows of all of it
 */
public record Forgotten(List<Purge> purges, boolean everywhere) {}
