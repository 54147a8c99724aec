package dev.sluice.rules.bad.edge;

/** The edge, for the limiter to know. */
public final class EdgeVerticle {}
