package dev.sluice.limiter;

import dev.sluice.contract.Limits;
import dev.sluice.limiter.AuditedBucket.Limit;
import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures, while the limiter works, how many tokens all nodes together let through beyond what the
 * limits say: each node hears the reports of all, merges them by slot, and counts a slot three
 * seconds after it was over, because reports come late. How it counts, and how exactly, is said at
 * {@link AuditedBucket}.
 *
 * <ul>
 *   <li>{@code limiter_over_admission_tokens{policy}}: the most that any bucket of the policy was
 *       beyond its limit, over the last ten minutes. What the limiter promises is not 0: it may
 *       lend each node a little.
 *   <li>{@code limiter_audit_reports_total}: reports heard
 *   <li>{@code limiter_audit_late_tokens_total}: tokens that came too late to be counted
 *   <li>{@code limiter_audit_missed_requests_total}: requests that were let through and are in no
 *       report, because a node's log was too small
 * </ul>
 *
 * <p>What is late or missed, or not among the busiest buckets of its node, makes the measure too
 * small, never too large. Not thread-safe: it lives on one event loop; the meters may be read from
 * everywhere.
 */
public final class Auditor {
  /** Buckets that are followed; those heard of least recently give way. */
  static final int BUCKETS = 2_000;

  /** Policies that are measured; they are labels, and live for ever. */
  static final int POLICIES = 200;

  static final int BEHIND = 30;
  static final int MINUTES = 10;
  private static final int JUMP = 20;

  private record Key(String policy, String client) {}

  /** The largest excess of each of the last minutes, and of all of them. */
  private static final class Largest {
    private final double[] minutes = new double[MINUTES];
    private volatile double all;

    private void note(double excess, int at) {
      minutes[at] = Math.max(minutes[at], excess);
    }

    private void forget(int at) {
      minutes[at] = 0;
    }

    private void publish() {
      all = Arrays.stream(minutes).max().orElse(0);
    }

    private double all() {
      return all;
    }
  }

  private final Time time;
  private final MeterRegistry meters;
  private final Map<Key, AuditedBucket> buckets = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, Largest> policies = new HashMap<>();
  private final Counter reports;
  private final Counter late;
  private final Counter missed;
  private long next;
  private long minute;

  public Auditor(Time time, MeterRegistry meters) {
    this.time = time;
    this.meters = meters;
    this.next = over();
    this.minute = minute();
    this.reports = counter("limiter.audit.reports", "Reports of what nodes let through.");
    this.late = counter("limiter.audit.late.tokens", "Tokens reported too late to be audited.");
    this.missed =
        counter("limiter.audit.missed.requests", "Requests let through that are in no report.");
  }

  /** Takes in what a node let through. */
  void hear(Limits.Admitted report) {
    reports.increment();
    missed.increment((double) report.missed());
    for (Limits.Busy busy : report.buckets()) {
      AuditedBucket bucket = bucket(busy);
      for (int i = 0; i < busy.tokens().size(); i++) {
        long tokens = busy.tokens().get(i);
        if (tokens != 0 && !bucket.add(busy.slot() + i, tokens)) {
          late.increment((double) Math.abs(tokens));
        }
      }
    }
    while (buckets.size() > BUCKETS) {
      Iterator<Key> eldest = buckets.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  /** Counts what is over now; to be called about once a second. */
  void advance() {
    long now = over();
    if (next - now > JUMP) {
      buckets.clear(); // the clock was set back: what is known is of another time
    }
    next = now;
    turn();
    int at = Math.floorMod(minute, MINUTES);
    buckets.forEach(
        (key, bucket) -> {
          double excess = bucket.advance(now);
          Largest largest = policies.get(key.policy());
          if (excess > 0 && largest != null) {
            largest.note(excess, at);
          }
        });
    buckets.values().removeIf(AuditedBucket::idle);
    policies.values().forEach(Largest::publish);
  }

  /** The value of the gauge; 0 for a policy nobody has heard of. */
  double largest(String policy) {
    Largest largest = policies.get(policy);
    return largest == null ? 0 : largest.all();
  }

  int buckets() {
    return buckets.size();
  }

  private AuditedBucket bucket(Limits.Busy busy) {
    if (policies.size() < POLICIES) {
      policies.computeIfAbsent(busy.policy(), this::measured);
    }
    Limit limit = Limit.of(busy);
    Key key = new Key(busy.policy(), busy.client());
    AuditedBucket bucket = buckets.get(key);
    if (bucket == null || !bucket.limit().equals(limit)) {
      bucket = new AuditedBucket(limit, next); // a changed limit is measured anew
      buckets.put(key, bucket);
    }
    return bucket;
  }

  private Largest measured(String policy) {
    Largest largest = new Largest();
    Gauge.builder("limiter.over.admission.tokens", largest, Largest::all)
        .description("Tokens let through beyond a limit, at most, in the last ten minutes.")
        .tags("policy", policy)
        .strongReference(true)
        .register(meters);
    return largest;
  }

  /** Goes to the minute of now; the cells of the minutes between are of ten minutes ago. */
  private void turn() {
    long now = minute();
    for (long passed = Math.max(minute + 1, now - MINUTES + 1); passed <= now; passed++) {
      int at = Math.floorMod(passed, MINUTES);
      policies.values().forEach(largest -> largest.forget(at));
    }
    minute = now;
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(meters);
  }

  private long minute() {
    return Math.floorDiv(time.nanos(), TimeUnit.MINUTES.toNanos(1));
  }

  private long over() {
    return Math.floorDiv(time.now().toEpochMilli(), Limits.SLOT_MILLIS) - BEHIND;
  }
}
