package dev.sluice.edge.upstream;

/** What {@link Upstream#pick} says: an {@link Endpoint} that is to be asked, or why none is. */
public sealed interface Pick permits Endpoint, Refusal {}
