package dev.sluice.platform.lifecycle;

import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.health.Health;
import dev.sluice.platform.metrics.HttpMeters;
import dev.sluice.platform.metrics.Metrics;
import dev.sluice.platform.time.Time;
import io.vertx.core.Vertx;

/**
 * What every room stands on; made once a node and handed to each verticle's constructor.
 *
 * @param node this node's name, for logs and for what must be told apart by node
 */
public record Ground(
    Vertx vertx,
    Config config,
    Bus bus,
    Time time,
    String node,
    Health health,
    Metrics metrics,
    HttpMeters http) {}
