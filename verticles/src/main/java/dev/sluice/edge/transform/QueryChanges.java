package dev.sluice.edge.transform;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * {@link QueryRules}, compiled. Names are compared decoded, so that {@code %61=1} is an {@code a};
 * what no rule touches is not written anew. Immutable.
 */
final class QueryChanges {
  private final Set<String> remove;
  private final Map<String, String> rename; // new names are encoded
  private final Map<String, ValueTemplate> set;
  private final Map<String, ValueTemplate> add;
  private final Map<String, ValueTemplate> absent;

  private static final class Parameter {
    final String name; // decoded
    String raw;

    Parameter(String raw) {
      this.raw = raw;
      int equals = raw.indexOf('=');
      this.name = PercentCoding.decode(equals < 0 ? raw : raw.substring(0, equals), true);
    }

    void rename(String encoded) {
      int equals = raw.indexOf('=');
      raw = equals < 0 ? encoded : encoded + raw.substring(equals);
    }
  }

  private QueryChanges(QueryRules rules, List<String> parameters) {
    this.remove = new HashSet<>(rules.remove());
    this.rename = new LinkedHashMap<>(rules.rename());
    this.set = templates("query.set", rules.set(), parameters);
    this.add = templates("query.add", rules.add(), parameters);
    this.absent = templates("query.absent", rules.absent(), parameters);
  }

  /** Null if there is nothing to do. */
  static QueryChanges of(QueryRules rules, List<String> parameters) {
    return rules.isEmpty() ? null : new QueryChanges(rules, parameters);
  }

  /**
   * @param query without its {@code ?}, or null
   * @return null if nothing is left
   */
  String apply(String query, TemplateValues values) {
    List<Parameter> all = parse(query);
    all.removeIf(parameter -> remove.contains(parameter.name));
    rename.forEach((from, to) -> rename(from, to, all));
    set.forEach((name, value) -> set(name, value.encoded(values), all));
    add.forEach((name, value) -> add(name, value.encoded(values), all));
    absent.forEach(
        (name, value) -> {
          if (all.stream().noneMatch(parameter -> parameter.name.equals(name))) {
            add(name, value.encoded(values), all);
          }
        });
    if (all.isEmpty()) {
      return null;
    }
    StringJoiner text = new StringJoiner("&");
    all.forEach(parameter -> text.add(parameter.raw));
    return text.toString();
  }

  private static List<Parameter> parse(String query) {
    List<Parameter> all = new ArrayList<>();
    if (query == null || query.isEmpty()) {
      return all;
    }
    int at = 0;
    for (int end = query.indexOf('&'); end >= 0; end = query.indexOf('&', at)) {
      all.add(new Parameter(query.substring(at, end)));
      at = end + 1;
    }
    all.add(new Parameter(query.substring(at)));
    return all;
  }

  private static void rename(String from, String to, List<Parameter> all) {
    if (from.equals(to) || all.stream().noneMatch(parameter -> parameter.name.equals(from))) {
      return;
    }
    all.removeIf(parameter -> parameter.name.equals(to));
    String encoded = PercentCoding.encode(to);
    for (int i = 0; i < all.size(); i++) {
      Parameter parameter = all.get(i);
      if (parameter.name.equals(from)) {
        parameter.rename(encoded);
        all.set(i, new Parameter(parameter.raw));
      }
    }
  }

  /** The first takes the value, and there is no other. */
  private static void set(String name, String value, List<Parameter> all) {
    String written = value == null ? null : PercentCoding.encode(name) + '=' + value;
    for (Iterator<Parameter> each = all.iterator(); each.hasNext(); ) {
      Parameter parameter = each.next();
      if (parameter.name.equals(name)) {
        if (written == null) {
          each.remove();
        } else {
          parameter.raw = written;
          written = null;
        }
      }
    }
    if (written != null) {
      all.add(new Parameter(written));
    }
  }

  private static void add(String name, String value, List<Parameter> all) {
    if (value != null) {
      all.add(new Parameter(PercentCoding.encode(name) + '=' + value));
    }
  }

  private static Map<String, ValueTemplate> templates(
      String where, Map<String, String> values, List<String> parameters) {
    Map<String, ValueTemplate> templates = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> templates.put(name, ValueTemplate.of(where, value, parameters)));
    return templates;
  }
}
