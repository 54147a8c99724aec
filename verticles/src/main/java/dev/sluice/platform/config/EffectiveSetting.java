package dev.sluice.platform.config;

/**
 * One setting as it is in force.
 *
 * @param key such as {@code edge.port}
 * @param variable the environment variable that sets it, such as {@code SLUICE_EDGE_PORT}
 * @param value as it was written, lists joined by a comma, {@code ******} for a secret that is set
 * @param source {@code default}, {@code sluice.yaml line 3} or {@code environment SLUICE_EDGE_PORT}
 */
public record EffectiveSetting(String key, String variable, String value, String source) {}
