package dev.sluice.edge.route;

import java.util.Arrays;

/** A growing array of numbers. */
final class Numbers {
  private int[] numbers = new int[64];
  private int size;

  int size() {
    return size;
  }

  void add(int... more) {
    if (size + more.length > numbers.length) {
      numbers = Arrays.copyOf(numbers, Math.max(numbers.length * 2, size + more.length));
    }
    System.arraycopy(more, 0, numbers, size, more.length);
    size += more.length;
  }

  int get(int at) {
    return numbers[at];
  }

  void set(int at, int number) {
    numbers[at] = number;
  }

  int[] toArray() {
    return Arrays.copyOf(numbers, size);
  }
}
