package dev.sluice.edge.transform;

import io.vertx.core.MultiMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rules and requests for tests, with as few words as possible. */
final class Rules {
  private static final HeaderRules NO_HEADERS =
      new HeaderRules(Map.of(), Map.of(), Map.of(), List.of(), Map.of());
  private static final QueryRules NO_QUERY =
      new QueryRules(Map.of(), Map.of(), Map.of(), List.of(), Map.of());
  private static final BodyRules NO_BODY = new BodyRules(Map.of(), Map.of(), List.of(), Map.of());

  private Rules() {}

  /**
   * @param line such as {@code remove a b; rename c=d; set e=f; add g=h; absent i=j}
   */
  static TransformConfig headers(String line) {
    return new TransformConfig(
        new HeaderRules(
            pairs(line, "set"),
            pairs(line, "add"),
            pairs(line, "absent"),
            List.copyOf(pairs(line, "remove").keySet()),
            pairs(line, "rename")),
        NO_QUERY,
        NO_BODY,
        false);
  }

  static TransformConfig query(String line) {
    return new TransformConfig(
        NO_HEADERS,
        new QueryRules(
            pairs(line, "set"),
            pairs(line, "add"),
            pairs(line, "absent"),
            List.copyOf(pairs(line, "remove").keySet()),
            pairs(line, "rename")),
        NO_BODY,
        false);
  }

  static TransformConfig body(String line) {
    return new TransformConfig(
        NO_HEADERS,
        NO_QUERY,
        new BodyRules(
            pairs(line, "set"),
            pairs(line, "add"),
            List.copyOf(pairs(line, "remove").keySet()),
            pairs(line, "rename")),
        false);
  }

  static TransformConfig security() {
    return new TransformConfig(NO_HEADERS, NO_QUERY, NO_BODY, true);
  }

  static TransformConfig none() {
    return new TransformConfig(NO_HEADERS, NO_QUERY, NO_BODY, false);
  }

  /** A request to {@code /users/{id}/*}. */
  record Asked(List<String> parameters, String rest, String host, String subject, String id)
      implements TemplateValues {
    @Override
    public String correlationId() {
      return id;
    }
  }

  static TemplateValues asked(String id, String rest, String subject) {
    return new Asked(List.of(id), rest, "192.0.2.7", subject, "req-1");
  }

  /** Names of fields and values, one after the other. */
  static MultiMap fields(String... namesAndValues) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }

  private static Map<String, String> pairs(String line, String kind) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String rule : line.split("; ?", -1)) {
      if (rule.startsWith(kind + " ")) {
        for (String pair : rule.substring(kind.length() + 1).split(" ", -1)) {
          int equals = pair.indexOf('=');
          pairs.put(
              equals < 0 ? pair : pair.substring(0, equals),
              equals < 0 ? "" : pair.substring(equals + 1).replace('_', ' '));
        }
      }
    }
    return pairs;
  }
}
