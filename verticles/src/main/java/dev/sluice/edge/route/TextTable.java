package dev.sluice.edge.route;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * An immutable map from a number and a text to a number, which is asked with a part of a text
 * without making a text of it. All of it is in two arrays, so a look-up among very many, nothing of
 * which is in the processor's caches, waits for memory twice and not once for each object on the
 * way.
 */
final class TextTable {
  /** What is found where there is nothing. */
  static final int NONE = -1;

  // hash, group, where its text is (0: the slot is free), value
  private static final int STRIDE = 4;

  private final int[] slots;
  private final byte[] texts; // of each its length in two bytes, and its characters
  private final int last;

  /** Collects what is in the table. */
  static final class Builder {
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(int group, String text, int value) {}

    /**
     * @param text ASCII, at most 65,535 characters, at most once in a group
     * @param value what is found, not {@link #NONE}
     */
    void add(int group, String text, int value) {
      entries.add(new Entry(group, text, value));
    }

    TextTable build() {
      return new TextTable(entries);
    }
  }

  private TextTable(List<Builder.Entry> entries) {
    // At least half of the slots are free, so a search that finds nothing ends soon.
    int count = Integer.highestOneBit(Math.max(1, entries.size() * 2)) * 2;
    this.slots = new int[count * STRIDE];
    this.last = slots.length - 1;
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(0); // so that no text is at 0
    for (Builder.Entry entry : entries) {
      int hash = hash(entry.group, entry.text, 0, entry.text.length());
      int at = first(hash);
      while (slots[at + 2] != 0) {
        at = (at + STRIDE) & last;
      }
      slots[at] = hash;
      slots[at + 1] = entry.group;
      slots[at + 2] = all.size();
      slots[at + 3] = entry.value;
      all.write(entry.text.length() >> 8);
      all.write(entry.text.length());
      for (int i = 0; i < entry.text.length(); i++) {
        all.write(entry.text.charAt(i));
      }
    }
    this.texts = all.toByteArray();
  }

  /** The value for a group and {@code text.substring(from, to)}, or {@link #NONE}. */
  int get(int group, String text, int from, int to) {
    int hash = hash(group, text, from, to);
    for (int at = first(hash); slots[at + 2] != 0; at = (at + STRIDE) & last) {
      if (slots[at] == hash && slots[at + 1] == group && isAt(slots[at + 2], text, from, to)) {
        return slots[at + 3];
      }
    }
    return NONE;
  }

  private boolean isAt(int place, String text, int from, int to) {
    int length = ((texts[place] & 0xff) << 8) | (texts[place + 1] & 0xff);
    if (length != to - from) {
      return false;
    }
    int ahead = place + 2 - from;
    for (int i = from; i < to; i++) {
      if (texts[ahead + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private int first(int hash) {
    return (hash * STRIDE) & last;
  }

  // Mixed, because names that are counted, such as r1, r2, would fill slots in a row otherwise.
  private static int hash(int group, String text, int from, int to) {
    int hash = group;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + text.charAt(i);
    }
    hash = (hash ^ (hash >>> 16)) * 0x85EBCA6B;
    hash = (hash ^ (hash >>> 13)) * 0xC2B2AE35;
    return hash ^ (hash >>> 16);
  }
}
