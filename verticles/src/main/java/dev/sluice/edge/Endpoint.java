package dev.sluice.edge;

import dev.sluice.contract.Requires;
import dev.sluice.platform.metrics.HttpMeters;

/**
 * A route as the chain sees it.
 *
 * @param template for metrics and logs, never the raw path
 * @param requires who may call, as in {@link Requires}
 * @param limited whether rate limits apply; probes have none
 */
record Endpoint(
    String template,
    String requires,
    boolean limited,
    Destination destination,
    HttpMeters.Route meter) {}
