package dev.sluice.platform.health;

/**
 * What a check last said.
 *
 * @param name of the check, such as {@code postgres}
 * @param detail what is wrong, in at most 200 characters; empty when healthy
 * @param millis how long the check took
 */
public record CheckResult(String name, HealthStatus status, String detail, long millis) {}
