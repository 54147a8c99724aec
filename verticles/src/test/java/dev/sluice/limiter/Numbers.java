package dev.sluice.limiter;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** Many measured numbers. */
final class Numbers {
  private long[] numbers = new long[1024];
  private int count;

  void add(long number) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * count);
    }
    numbers[count++] = number;
  }

  void add(Numbers others) {
    for (int i = 0; i < others.count; i++) {
      add(others.numbers[i]);
    }
  }

  int count() {
    return count;
  }

  long[] sorted() {
    long[] sorted = Arrays.copyOf(numbers, count);
    Arrays.sort(sorted);
    return sorted;
  }

  long largest() {
    return quantile(1);
  }

  /** The smallest of them that is no smaller than this share of all; 0 if there are none. */
  long quantile(double share) {
    return count == 0 ? 0 : sorted()[Math.max(0, (int) Math.ceil(share * count) - 1)];
  }

  void write(DataOutputStream out) throws IOException {
    out.writeInt(count);
    for (int i = 0; i < count; i++) {
      out.writeLong(numbers[i]);
    }
  }

  static Numbers read(DataInputStream in) throws IOException {
    Numbers read = new Numbers();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      read.add(in.readLong());
    }
    return read;
  }
}
