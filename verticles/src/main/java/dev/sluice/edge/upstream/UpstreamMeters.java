package dev.sluice.edge.upstream;

import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The figures of one upstream, by its name. They outlive its configurations and are gone when it
 * is; those of targets likewise.
 *
 * <ul>
 *   <li>{@code upstream_requests_total{upstream,target,outcome}}: requests, by class of status
 *       ({@code 2xx}), failure ({@code connect}, {@code timeout}, ...) or {@code cancelled}
 *   <li>{@code upstream_in_flight{upstream}}: requests under way
 *   <li>{@code upstream_healthy{upstream,target}}: share of its addresses that requests go to
 *   <li>{@code breaker_state{upstream,target}}: 0 closed, 1 half-open, 2 open; target {@code *} is
 *       the upstream as a whole
 * </ul>
 */
final class UpstreamMeters {
  private final MeterRegistry registry;
  private final Time time;
  private final String name;
  private final Map<String, TargetMeters> targets = new ConcurrentHashMap<>();
  private final List<Meter> gauges;
  private volatile Upstream watched;

  UpstreamMeters(MeterRegistry registry, Time time, String name) {
    this.registry = registry;
    this.time = time;
    this.name = name;
    this.gauges =
        List.of(
            Gauge.builder("upstream.in.flight", this, UpstreamMeters::inFlight)
                .description("Requests under way to an upstream.")
                .tags("upstream", name)
                .register(registry),
            Gauge.builder("breaker.state", this, UpstreamMeters::breaker)
                .description("0 closed, 1 half-open, 2 open; of several addresses the worst.")
                .tags("upstream", name, "target", "*")
                .register(registry));
  }

  /** Those of a target, for as long as {@link #watch} sees it. */
  TargetMeters target(String url) {
    return targets.computeIfAbsent(url, key -> new TargetMeters(registry, time, name, key));
  }

  /** From now on this is the upstream, and those are its targets. */
  void watch(Upstream upstream) {
    Set<String> urls =
        upstream.config().targets().stream().map(TargetConfig::url).collect(Collectors.toSet());
    watched = upstream;
    targets
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !urls.contains(entry.getKey());
              if (gone) {
                entry.getValue().remove();
              }
              return gone;
            });
  }

  void remove() {
    gauges.forEach(registry::remove);
    targets.values().forEach(TargetMeters::remove);
  }

  private double inFlight() {
    Upstream upstream = watched;
    return upstream == null ? 0 : upstream.inFlight();
  }

  private double breaker() {
    Upstream upstream = watched;
    return upstream == null ? 0 : upstream.breakerState().level();
  }
}
