package dev.sluice.rules.bad.order.deep;

/** Below a room that ought to be flat. */
final class Deep {}
