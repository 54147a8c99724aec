package dev.sluice.platform.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.logstash.logback.composite.AbstractJsonProvider;
import org.slf4j.event.KeyValuePair;

/**
 * The fields beside the fixed ones: {@code node}, {@code correlationId} and {@code traceId} of the
 * MDC, and the key-value pairs of the call, which win. No name comes twice in a line: a pair named
 * like a fixed field gets an underscore before it.
 */
final class FieldsProvider extends AbstractJsonProvider<ILoggingEvent> {

  private static final List<String> FROM_MDC = List.of("correlationId", "traceId");
  private static final Set<String> FIXED =
      Set.of("@timestamp", "level", "logger", "thread", "message", "node", "stack_trace");

  private final String node;

  FieldsProvider(String node) {
    this.node = node;
  }

  @Override
  public void writeTo(JsonGenerator generator, ILoggingEvent event) throws IOException {
    generator.writeStringField("node", node);
    Map<String, Object> fields = new LinkedHashMap<>();
    Map<String, String> mdc = event.getMDCPropertyMap();
    for (String name : FROM_MDC) {
      String value = mdc.get(name);
      if (value != null) {
        fields.put(name, value);
      }
    }
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(
          pair -> fields.put(FIXED.contains(pair.key) ? "_" + pair.key : pair.key, pair.value));
    }
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      generator.writeFieldName(field.getKey());
      write(generator, field.getValue());
    }
  }

  private static void write(JsonGenerator generator, Object value) throws IOException {
    if (value instanceof Integer || value instanceof Long) {
      generator.writeNumber(((Number) value).longValue());
    } else if (value instanceof Double || value instanceof Float) {
      generator.writeNumber(((Number) value).doubleValue());
    } else if (value instanceof Boolean truth) {
      generator.writeBoolean(truth);
    } else if (value == null) {
      generator.writeNull();
    } else {
      generator.writeString(value.toString());
    }
  }
}
