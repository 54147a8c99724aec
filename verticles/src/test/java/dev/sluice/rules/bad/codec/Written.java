package dev.sluice.rules.bad.codec;

/** How something is written. */
public final class Written {}
