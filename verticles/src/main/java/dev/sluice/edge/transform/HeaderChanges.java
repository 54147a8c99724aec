package dev.sluice.edge.transform;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Map;

/** {@link HeaderRules}, compiled. Immutable. */
final class HeaderChanges {
  private final CharSequence[] remove;
  private final CharSequence[] renameFrom;
  private final CharSequence[] renameTo;
  private final CharSequence[] set;
  private final ValueTemplate[] setTo;
  private final CharSequence[] add;
  private final ValueTemplate[] added;
  private final CharSequence[] absent;
  private final ValueTemplate[] presumed;

  private HeaderChanges(HeaderRules rules, List<String> parameters) {
    this.remove = names(rules.remove());
    this.renameFrom = names(List.copyOf(rules.rename().keySet()));
    this.renameTo = new CharSequence[renameFrom.length];
    for (int i = 0; i < renameFrom.length; i++) {
      renameTo[i] = HttpHeaders.createOptimized(rules.rename().get(renameFrom[i].toString()));
    }
    this.set = names(List.copyOf(rules.set().keySet()));
    this.setTo = values("headers.set", set, rules.set(), parameters);
    this.add = names(List.copyOf(rules.add().keySet()));
    this.added = values("headers.add", add, rules.add(), parameters);
    this.absent = names(List.copyOf(rules.absent().keySet()));
    this.presumed = values("headers.absent", absent, rules.absent(), parameters);
  }

  /** Null if there is nothing to do. */
  static HeaderChanges of(HeaderRules rules, List<String> parameters) {
    return rules.isEmpty() ? null : new HeaderChanges(rules, parameters);
  }

  void apply(MultiMap headers, TemplateValues values) {
    for (CharSequence name : remove) {
      headers.remove(name);
    }
    for (int i = 0; i < renameFrom.length; i++) {
      if (headers.contains(renameFrom[i])) {
        List<String> moved = List.copyOf(headers.getAll(renameFrom[i]));
        headers.remove(renameFrom[i]);
        headers.set(renameTo[i].toString(), moved);
      }
    }
    for (int i = 0; i < set.length; i++) {
      String value = setTo[i].header(values);
      if (value == null) {
        headers.remove(set[i]); // what a client sent by this name must not stand in for it
      } else {
        headers.set(set[i], value);
      }
    }
    for (int i = 0; i < add.length; i++) {
      add(headers, add[i], added[i].header(values));
    }
    for (int i = 0; i < absent.length; i++) {
      if (!headers.contains(absent[i])) {
        add(headers, absent[i], presumed[i].header(values));
      }
    }
  }

  private static void add(MultiMap headers, CharSequence name, String value) {
    if (value != null) {
      headers.add(name, value);
    }
  }

  private static CharSequence[] names(List<String> names) {
    return names.stream().map(HttpHeaders::createOptimized).toArray(CharSequence[]::new);
  }

  private static ValueTemplate[] values(
      String where, CharSequence[] names, Map<String, String> values, List<String> parameters) {
    ValueTemplate[] templates = new ValueTemplate[names.length];
    for (int i = 0; i < names.length; i++) {
      templates[i] = ValueTemplate.of(where, values.get(names[i].toString()), parameters);
    }
    return templates;
  }
}
