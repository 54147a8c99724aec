package dev.sluice.rules.bad.order;

/** A second public type in a room, under a name that says nothing. */
public final class OrderHelper {}
