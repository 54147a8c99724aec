package dev.sluice.contract;

/** Something that has happened; told to whoever listens, answered by nobody. */
public non-sealed interface Event extends Contract {}
