package dev.sluice.edge.route;

import java.util.Map;

/** An immutable map that is asked with a part of a text, without making a text of it. */
final class SegmentMap<V> {
  private final String[] keys;
  private final Object[] values;
  private final int mask;

  SegmentMap(Map<String, V> from) {
    int slots = Integer.highestOneBit(Math.max(1, from.size() * 2)) * 2;
    this.keys = new String[slots];
    this.values = new Object[slots];
    this.mask = slots - 1;
    from.forEach(
        (key, value) -> {
          int at = slot(key, 0, key.length());
          while (keys[at] != null) {
            at = (at + 1) & mask;
          }
          keys[at] = key;
          values[at] = value;
        });
  }

  /** The value for {@code text.substring(from, to)}, or null. */
  @SuppressWarnings("unchecked") // only values of V were put in
  V get(String text, int from, int to) {
    int length = to - from;
    for (int at = slot(text, from, to); ; at = (at + 1) & mask) {
      String key = keys[at];
      if (key == null) {
        return null;
      }
      if (key.length() == length && text.startsWith(key, from)) {
        return (V) values[at];
      }
    }
  }

  // At least half of the slots are free, so a search that finds nothing ends soon. Mixed, because
  // names that are counted, such as r1, r2, would fill slots in a row otherwise.
  private int slot(String text, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + text.charAt(i);
    }
    hash *= 0x9E3779B9;
    return (hash ^ (hash >>> 16)) & mask;
  }
}
