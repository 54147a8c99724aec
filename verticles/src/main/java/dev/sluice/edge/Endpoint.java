package dev.sluice.edge;

import dev.sluice.contract.Requires;
import dev.sluice.platform.metrics.HttpMeters;

/**
 * A route as the chain sees it.
 *
 * @param index in {@link Endpoints#ROUTES}, or {@link Endpoints#OTHER}
 * @param bucket for limits by route, such as {@code route:auth.login}
 * @param template for metrics and logs, never the raw path
 * @param requires who may call, as in {@link Requires}
 * @param limited whether rate limits apply; probes have none
 */
record Endpoint(
    int index,
    String bucket,
    String template,
    String requires,
    boolean limited,
    Destination destination,
    HttpMeters.Route meter) {}
