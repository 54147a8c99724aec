package dev.sluice.rules.bad;

/** What nobody below may know. */
public final class Root {}
