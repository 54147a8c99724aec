package dev.sluice.platform.health;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Whether the node can take requests, and what says so.
 *
 * @param status healthy when all checks are
 * @param checks in the order of their registration
 */
public record Readiness(HealthStatus status, List<CheckResult> checks) {

  public Readiness {
    checks = List.copyOf(checks);
  }

  /** Healthy when all checks are. */
  public static Readiness of(List<CheckResult> checks) {
    boolean healthy = checks.stream().allMatch(c -> c.status() == HealthStatus.HEALTHY);
    return new Readiness(healthy ? HealthStatus.HEALTHY : HealthStatus.UNHEALTHY, checks);
  }

  public boolean isHealthy() {
    return status == HealthStatus.HEALTHY;
  }

  /** 200 or 503. */
  public int httpStatus() {
    return isHealthy() ? 200 : 503;
  }

  /** The same without details, which can name hosts and users: for doors that strangers reach. */
  public Readiness withoutDetails() {
    return new Readiness(
        status,
        checks.stream().map(c -> new CheckResult(c.name(), c.status(), "", c.millis())).toList());
  }

  /**
   * {@code {"status":"healthy"}}, or {@code
   * {"status":"unhealthy","checks":[{"name","status","detail","millis"}]}} with all checks; a check
   * has a detail when there is something to say.
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject().put("status", status.toString());
    if (isHealthy()) {
      return json;
    }
    JsonArray all = new JsonArray();
    for (CheckResult check : checks) {
      JsonObject one =
          new JsonObject().put("name", check.name()).put("status", check.status().toString());
      if (!check.detail().isEmpty()) {
        one.put("detail", check.detail());
      }
      all.add(one.put("millis", check.millis()));
    }
    return json.put("checks", all);
  }
}
