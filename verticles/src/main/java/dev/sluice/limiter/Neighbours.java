package dev.sluice.limiter;

import dev.sluice.platform.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The nodes that have a limiter, this one included: those whose report was heard lately. Made when
 * they begin to be heard. Not thread-safe.
 */
final class Neighbours {
  /** Three reports. */
  static final Duration LATELY = Duration.ofSeconds(3);

  static final int MOST = 1_000;

  private final Time time;
  private final long begun;
  private final Map<String, Long> heard = new HashMap<>();

  Neighbours(Time time) {
    this.time = time;
    this.begun = time.nanos();
  }

  void heard(String node) {
    if (heard.size() < MOST || heard.containsKey(node)) {
      heard.put(node, time.nanos());
    }
  }

  Set<String> present() {
    long now = time.nanos();
    heard.values().removeIf(at -> now - at > LATELY.toNanos());
    return new TreeSet<>(heard.keySet());
  }

  /** Whether whoever is there has had the time to be heard. */
  boolean settled() {
    return time.nanos() - begun > LATELY.toNanos();
  }
}
