package dev.sluice.limiter;

import dev.sluice.limiter.Decision.Outcome;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** What came of the requests of one client; of one event loop, or merged of many. */
final class Observed {
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final Numbers admittedAt = new Numbers();
  private final Numbers latencies = new Numbers();
  private long waited;

  /**
   * @param asked when it was asked, and {@code now} when it was decided, in {@link
   *     System#nanoTime}, which is one clock for all processes of a machine
   * @param parked whether it had to wait for the ledger
   */
  void decided(Outcome outcome, boolean parked, long asked, long now) {
    outcomes.merge(outcome, 1L, Long::sum);
    latencies.add(now - asked);
    if (parked) {
      waited++;
    }
    if (outcome == Outcome.ALLOWED) {
      admittedAt.add(now);
    }
  }

  long count(Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0L);
  }

  long decisions() {
    return latencies.count();
  }

  /** How many could not be decided at once. */
  long waited() {
    return waited;
  }

  long[] admittedAt() {
    return admittedAt.sorted();
  }

  long admittedWithin(long from, long until) {
    return Arrays.stream(admittedAt()).filter(at -> at >= from && at < until).count();
  }

  Numbers latencies() {
    return latencies;
  }

  void add(Observed other) {
    other.outcomes.forEach((outcome, many) -> outcomes.merge(outcome, many, Long::sum));
    waited += other.waited;
    admittedAt.add(other.admittedAt);
    latencies.add(other.latencies);
  }

  void write(DataOutputStream out) throws IOException {
    for (Outcome outcome : Outcome.values()) {
      out.writeLong(count(outcome));
    }
    out.writeLong(waited);
    admittedAt.write(out);
    latencies.write(out);
  }

  static Observed read(DataInputStream in) throws IOException {
    Observed observed = new Observed();
    for (Outcome outcome : Outcome.values()) {
      observed.outcomes.put(outcome, in.readLong());
    }
    observed.waited = in.readLong();
    observed.admittedAt.add(Numbers.read(in));
    observed.latencies.add(Numbers.read(in));
    return observed;
  }
}
