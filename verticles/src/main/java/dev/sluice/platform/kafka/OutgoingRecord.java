package dev.sluice.platform.kafka;

import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * A record to publish.
 *
 * @param key decides the partition, and so what stays in order; UTF-8
 * @param value the bytes as they go out
 * @param headers UTF-8 texts
 */
public record OutgoingRecord(String topic, String key, Buffer value, Map<String, String> headers) {}
