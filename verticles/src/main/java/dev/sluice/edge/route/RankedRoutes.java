package dev.sluice.edge.route;

import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The entries of a table, the best first. What a look-up wants of one stands side by side in two
 * arrays, and conditions that are equal are one object: among very many routes each further object
 * would be one that is in no cache of the processor.
 */
final class RankedRoutes<T> {
  // How the path of an entry is taken apart, as far as that fits; otherwise its template is asked.
  private static final long ASK_TEMPLATE = 0;
  private static final long EXACT = 1;
  private static final long OPEN = 2;
  private static final long FITS = 4;
  private static final int SEGMENTS_AT = 8;
  private static final int PARAMETERS_AT = 16; // a bit for each segment that is one
  private static final int MOST_SEGMENTS = Long.SIZE - PARAMETERS_AT;

  private final RouteEntry<T>[] entries;
  private final long[] facts; // methods and shape
  private final Object[] parts; // predicates, null for none, and what is found or its target

  RankedRoutes(List<RouteEntry<T>> unordered) {
    this.entries = ordered(unordered);
    this.facts = new long[entries.length * 2];
    this.parts = new Object[entries.length * 2];
    Map<List<Predicate>, Predicate[]> known = new HashMap<>();
    for (int rank = 0; rank < entries.length; rank++) {
      RouteEntry<T> entry = entries[rank];
      facts[2 * rank] = entry.methods();
      facts[2 * rank + 1] = shape(entry);
      if (!entry.predicates().isEmpty()) {
        parts[2 * rank] =
            known.computeIfAbsent(entry.predicates(), p -> p.toArray(Predicate[]::new));
      }
      parts[2 * rank + 1] = entry.path().isExact() ? found(entry, "") : entry.target();
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // there are no arrays of generic types
  private static <T> RouteEntry<T>[] ordered(List<RouteEntry<T>> entries) {
    return entries.stream().sorted(RouteEntry.ORDER).toArray(RouteEntry[]::new);
  }

  private static long shape(RouteEntry<?> entry) {
    PathTemplate path = entry.path();
    if (path.isExact()) {
      return EXACT;
    }
    int segments = path.segments().size();
    if (segments > MOST_SEGMENTS || !entry.isAllParameters()) {
      return ASK_TEMPLATE;
    }
    long shape = FITS | (path.open() ? OPEN : 0) | ((long) segments << SEGMENTS_AT);
    for (int i = 0; i < segments; i++) {
      shape |= path.segments().get(i) == null ? 1L << (PARAMETERS_AT + i) : 0;
    }
    return shape;
  }

  int size() {
    return entries.length;
  }

  RouteEntry<T> entry(int rank) {
    return entries[rank];
  }

  boolean holds(int rank, long method, MultiMap headers, String query) {
    if ((facts[2 * rank] & method) == 0) {
      return false;
    }
    Predicate[] predicates = (Predicate[]) parts[2 * rank];
    if (predicates != null) {
      for (Predicate predicate : predicates) {
        if (!predicate.holds(headers, query)) {
          return false;
        }
      }
    }
    return true;
  }

  /** What is found at a path that matches. */
  @SuppressWarnings("unchecked") // it was put in as what it is taken for
  RouteTable.Found<T> found(int rank, String path) {
    long shape = facts[2 * rank + 1];
    if (shape == EXACT) {
      return (RouteTable.Found<T>) parts[2 * rank + 1];
    }
    if (shape == ASK_TEMPLATE) {
      return found(entries[rank], path);
    }
    long parameters = shape >>> PARAMETERS_AT;
    int segments = (int) ((shape >>> SEGMENTS_AT) & 0xff);
    String[] values = new String[Long.bitCount(parameters)];
    int value = 0;
    int from = 1;
    for (int i = 0; i < segments; i++) {
      int slash = path.indexOf('/', from);
      int end = slash < 0 ? path.length() : slash;
      if (((parameters >>> i) & 1) != 0) {
        values[value++] = path.substring(from, end);
      }
      from = end + 1;
    }
    T target = (T) parts[2 * rank + 1];
    return new RouteTable.Found<>(
        target, list(values), (shape & OPEN) == 0 ? null : rest(path, from));
  }

  private static <T> RouteTable.Found<T> found(RouteEntry<T> entry, String path) {
    String[] values = new String[entry.parameters()];
    int from = 1;
    int parameter = 0;
    if (!entry.path().isExact()) {
      for (String segment : entry.path().segments()) {
        int slash = path.indexOf('/', from);
        int end = slash < 0 ? path.length() : slash;
        if (segment == null) {
          values[entry.slot(parameter++)] = path.substring(from, end);
        }
        from = end + 1;
      }
    }
    return new RouteTable.Found<>(
        entry.target(), list(values), entry.path().open() ? rest(path, from) : null);
  }

  private static String rest(String path, int from) {
    return from < path.length() ? path.substring(from) : "";
  }

  private static List<String> list(String[] values) {
    return values.length == 0 ? List.of() : Collections.unmodifiableList(Arrays.asList(values));
  }
}
