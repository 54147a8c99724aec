package dev.sluice.contract;

/**
 * A question with one answer of type {@code R}. Every request says who may ask it, with {@link
 * Requires}.
 */
public non-sealed interface Request<R extends Contract> extends Contract {}
