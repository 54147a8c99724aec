package dev.sluice.platform.health;

import java.util.Locale;

/** How a check, or the node, is. */
public enum HealthStatus {
  HEALTHY,
  UNHEALTHY;

  /** As it is written in JSON: {@code healthy} or {@code unhealthy}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
