package dev.sluice.platform.time;

import java.time.Duration;
import java.time.Instant;

/** A clock that stands still until a test turns it. */
public final class TurnedTime implements Time {

  private final Instant start;
  private Duration passed = Duration.ZERO;
  private Duration jumped = Duration.ZERO;

  /** Starts on 2026-01-01 at noon, UTC. */
  public TurnedTime() {
    this(Instant.parse("2026-01-01T12:00:00Z"));
  }

  public TurnedTime(Instant start) {
    this.start = start;
  }

  @Override
  public synchronized Instant now() {
    return start.plus(passed).plus(jumped);
  }

  @Override
  public synchronized long nanos() {
    return passed.toNanos();
  }

  /** Lets time pass, on both clocks. */
  public synchronized void turn(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("time passes forwards; use jump for the time of day");
    }
    passed = passed.plus(duration);
  }

  /** Sets the time of day alone, as an operator or NTP does; nanos() does not notice. */
  public synchronized void jump(Duration duration) {
    jumped = jumped.plus(duration);
  }
}
