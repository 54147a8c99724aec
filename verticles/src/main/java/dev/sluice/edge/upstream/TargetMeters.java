package dev.sluice.edge.upstream;

import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The figures of one target, by its url: a name with many addresses is one. What became of a
 * request is its class of status, or the failure. Counters are made when first needed. Thread-safe.
 */
final class TargetMeters {
  private static final int CLASSES = 5;

  private final MeterRegistry registry;
  private final String upstream;
  private final String target;
  private final List<Meter> gauges = new ArrayList<>();
  private final AtomicReferenceArray<Counter> answered = new AtomicReferenceArray<>(CLASSES);
  private final Map<String, Counter> others = new ConcurrentHashMap<>();
  private volatile List<Endpoint> watched = List.of();

  TargetMeters(MeterRegistry registry, Time time, String upstream, String target) {
    this.registry = registry;
    this.upstream = upstream;
    this.target = target;
    gauges.add(
        Gauge.builder("upstream.healthy", this, meters -> meters.used(time.nanos()))
            .description("Share of the target's addresses that requests go to, 0 to 1.")
            .tags("upstream", upstream, "target", target)
            .register(registry));
    gauges.add(
        Gauge.builder("breaker.state", this, TargetMeters::worstBreaker)
            .description("0 closed, 1 half-open, 2 open; of several addresses the worst.")
            .tags("upstream", upstream, "target", target)
            .register(registry));
  }

  /** From now on these are the target's. */
  void watch(List<Endpoint> endpoints) {
    watched = endpoints;
  }

  void answered(int status) {
    int index = Math.min(CLASSES, Math.max(1, status / 100)) - 1;
    Counter counter = answered.getAcquire(index);
    if (counter == null) {
      counter = counter((index + 1) + "xx");
      answered.setRelease(index, counter);
    }
    counter.increment();
  }

  void cancelled() {
    others.computeIfAbsent("cancelled", this::counter).increment();
  }

  void failed(UpstreamFailure failure) {
    others.computeIfAbsent(failure.outcome(), this::counter).increment();
  }

  /** The target is gone. What is still under way to it is counted nowhere. */
  void remove() {
    gauges.forEach(registry::remove);
    for (int i = 0; i < CLASSES; i++) {
      Counter counter = answered.get(i);
      if (counter != null) {
        registry.remove(counter);
      }
    }
    others.values().forEach(registry::remove);
  }

  private Counter counter(String outcome) {
    return Counter.builder("upstream.requests")
        .description("Requests to a target, and what became of them.")
        .tags("upstream", upstream, "target", target, "outcome", outcome)
        .register(registry);
  }

  private double used(long now) {
    List<Endpoint> endpoints = watched;
    return endpoints.isEmpty()
        ? 0
        : endpoints.stream().filter(endpoint -> endpoint.used(now)).count()
            / (double) endpoints.size();
  }

  private double worstBreaker() {
    int worst = 0;
    for (Endpoint endpoint : watched) {
      if (endpoint.breaker() != null) {
        worst = Math.max(worst, endpoint.breaker().state().level());
      }
    }
    return worst;
  }
}
