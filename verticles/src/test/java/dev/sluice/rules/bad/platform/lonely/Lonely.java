package dev.sluice.rules.bad.platform.lonely;

/** Used by one room. */
public final class Lonely {}
