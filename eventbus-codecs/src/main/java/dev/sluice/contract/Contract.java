package dev.sluice.contract;

/**
 * Anything that may travel on the bus. The permitted sheets are the closed registry: nothing on the
 * wire names a Java class, so nothing on the wire can ask for one.
 */
public sealed interface Contract
    permits Auth, Audit, Cache, Limits, Node, Order, Routes, Request, Event {}
