package dev.sluice.platform.outbox;

import dev.sluice.platform.metrics.Metrics;
import io.micrometer.core.instrument.FunctionCounter;
import java.util.concurrent.atomic.LongAdder;

/** What a relay can be asked about, from any thread: for gauges and counters. */
public final class OutboxFigures {
  private final LongAdder published = new LongAdder();
  private final LongAdder dead = new LongAdder();
  private volatile boolean leading;
  private volatile long backlog;

  OutboxFigures() {}

  /** Whether this node's relay is the one that works. */
  public boolean leading() {
    return leading;
  }

  /** Events that wait, counted every five seconds up to 10,000; 0 where this relay stands by. */
  public long backlog() {
    return backlog;
  }

  /** Events published by this relay since it was made. */
  public long published() {
    return published.sum();
  }

  /** Events this relay has moved to outbox_dead since it was made. Above 0 it needs a person. */
  public long dead() {
    return dead.sum();
  }

  void lead(boolean leads) {
    leading = leads;
    if (!leads) {
      backlog = 0;
    }
  }

  void waiting(long events) {
    backlog = events;
  }

  void publish(long events) {
    published.add(events);
  }

  void bury() {
    dead.increment();
  }

  /**
   * Shows these figures as {@code queue_depth{queue_name="<room>_outbox"}} and {@code
   * outbox_events_dead_total{room="<room>"}}.
   */
  public void report(Metrics metrics, String room) {
    metrics.queueDepth(room + "_outbox", () -> (int) Math.min(Integer.MAX_VALUE, backlog()));
    FunctionCounter.builder("outbox_events_dead", this, OutboxFigures::dead)
        .description("Events that Kafka refused, moved to outbox_dead.")
        .tag("room", room)
        .register(metrics.registry());
  }
}
