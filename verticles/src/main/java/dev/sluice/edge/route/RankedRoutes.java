package dev.sluice.edge.route;

import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The entries of a table, the best first. What a look-up wants of one stands side by side in an
 * array, and conditions that are equal are one object: among very many routes each further object
 * would be one that is in no cache of the processor.
 *
 * <p>What is found for an entry is not in here but in the {@link RouteTable}, as the part this
 * makes of a target: so it can change while everything else stays.
 */
final class RankedRoutes {
  // How the path of an entry is taken apart, if that fits; otherwise its template is asked.
  private static final long EXACT = 1;
  private static final long OPEN = 2;
  private static final long FITS = 4;
  private static final long CONDITIONS = 8; // besides the method
  private static final int SEGMENTS_AT = 8;
  private static final int PARAMETERS_AT = 16; // a bit for each segment that is one
  private static final int MOST_SEGMENTS = Long.SIZE - PARAMETERS_AT;

  private final RouteEntry[] entries;
  private final long[] facts; // methods and shape
  private final Predicate[][] conditions; // null for none

  RankedRoutes(List<RouteEntry> unordered) {
    this.entries = unordered.stream().sorted(RouteEntry.ORDER).toArray(RouteEntry[]::new);
    this.facts = new long[entries.length * 2];
    this.conditions = new Predicate[entries.length][];
    Map<List<Predicate>, Predicate[]> known = new HashMap<>();
    for (int rank = 0; rank < entries.length; rank++) {
      RouteEntry entry = entries[rank];
      facts[2 * rank] = entry.methods();
      facts[2 * rank + 1] = shape(entry);
      if (!entry.predicates().isEmpty()) {
        conditions[rank] =
            known.computeIfAbsent(entry.predicates(), p -> p.toArray(Predicate[]::new));
      }
    }
  }

  private static long shape(RouteEntry entry) {
    PathTemplate path = entry.path();
    long shape = entry.predicates().isEmpty() ? 0 : CONDITIONS;
    if (path.isExact()) {
      return shape | EXACT;
    }
    int segments = path.segments().size();
    if (segments > MOST_SEGMENTS || !entry.isAllParameters()) {
      return shape;
    }
    shape |= FITS | (path.open() ? OPEN : 0) | ((long) segments << SEGMENTS_AT);
    for (int i = 0; i < segments; i++) {
      shape |= path.segments().get(i) == null ? 1L << (PARAMETERS_AT + i) : 0;
    }
    return shape;
  }

  int size() {
    return entries.length;
  }

  RouteEntry entry(int rank) {
    return entries[rank];
  }

  boolean holds(int rank, long method, MultiMap headers, String query) {
    if ((facts[2 * rank] & method) == 0) {
      return false;
    }
    if ((facts[2 * rank + 1] & CONDITIONS) != 0) {
      for (Predicate predicate : conditions[rank]) {
        if (!predicate.holds(headers, query)) {
          return false;
        }
      }
    }
    return true;
  }

  /** What is to be kept of a target: if its path says nothing more, what is found. */
  Object part(int rank, Object target) {
    RouteEntry entry = entries[rank];
    return entry.path().isExact() ? found(entry, target, "") : target;
  }

  /** Whether a part was made of this target. */
  boolean isOf(int rank, Object part, Object target) {
    boolean exact = (facts[2 * rank + 1] & EXACT) != 0;
    return (exact ? ((RouteTable.Found<?>) part).target() : part) == target;
  }

  /** What is found at a path that matches. */
  @SuppressWarnings("unchecked") // the part was made here, of a target of this table
  <T> RouteTable.Found<T> found(int rank, Object part, String path) {
    long shape = facts[2 * rank + 1];
    if ((shape & EXACT) != 0) {
      return (RouteTable.Found<T>) part;
    }
    T target = (T) part;
    if ((shape & FITS) == 0) {
      return found(entries[rank], target, path);
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
    return new RouteTable.Found<>(
        target, list(values), (shape & OPEN) == 0 ? null : rest(path, from));
  }

  private static <T> RouteTable.Found<T> found(RouteEntry entry, T target, String path) {
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
        target, list(values), entry.path().open() ? rest(path, from) : null);
  }

  private static String rest(String path, int from) {
    return from < path.length() ? path.substring(from) : "";
  }

  private static List<String> list(String[] values) {
    return values.length == 0 ? List.of() : Collections.unmodifiableList(Arrays.asList(values));
  }
}
