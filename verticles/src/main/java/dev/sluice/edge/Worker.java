package dev.sluice.edge;

import dev.sluice.edge.proxy.Forwarder;
import dev.sluice.platform.time.Time;
import java.util.List;

/**
 * What one event loop has for itself, handed to each of its exchanges.
 *
 * @param forwarder towards upstreams
 */
record Worker(
    List<Step> chain,
    Time time,
    Bodies bodies,
    Limits limits,
    Addresses addresses,
    Forwarder forwarder) {}
