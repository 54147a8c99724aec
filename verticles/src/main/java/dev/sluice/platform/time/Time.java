package dev.sluice.platform.time;

import java.time.Instant;

/** What time it is. Implementations are thread-safe. */
public interface Time {

  /** The time of day: for what is stored or shown. It can jump, also backwards. */
  Instant now();

  /**
   * Nanoseconds since some fixed moment, never going backwards: for measuring how long something
   * takes.
   */
  long nanos();

  /** The clock of this machine. */
  static Time system() {
    return SystemTime.INSTANCE;
  }
}
