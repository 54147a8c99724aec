package dev.sluice.edge.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameBoundaryTest {
  private static final long SEED = Long.getLong("sluice.seed", System.nanoTime());

  /** Any frames, cut anywhere: it is between two exactly where one ends. */
  @Test
  void knowsWhereFramesEnd() {
    System.out.println("FrameBoundaryTest: seed " + SEED);
    Random random = new Random(SEED);
    for (int round = 0; round < 300; round++) {
      Buffer all = Buffer.buffer();
      List<Integer> ends = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        all.appendBuffer(frame(random));
        ends.add(all.length());
      }
      FrameBoundary boundary = new FrameBoundary();
      int at = 0;
      while (at < all.length()) {
        int next = Math.min(all.length(), at + 1 + random.nextInt(100));
        boundary.pass(all.getBuffer(at, next));
        at = next;
        assertEquals(ends.contains(at), boundary.between(), "at " + at + " of " + ends);
      }
    }
  }

  @Test
  void noticesTheCloseFrame() {
    FrameBoundary boundary = new FrameBoundary();
    boundary.pass(Buffer.buffer(new byte[] {(byte) 0x81, 1, 'a'}));
    assertFalse(boundary.closing());
    boundary.pass(Buffer.buffer(new byte[] {(byte) 0x88, 2, 3}));
    assertTrue(boundary.closing());
    assertFalse(boundary.between());
  }

  /** RFC 6455, section 5.2: three forms of the length, with and without a mask. */
  private static Buffer frame(Random random) {
    int length =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> random.nextInt(126);
          case 2 -> 126 + random.nextInt(1000);
          default -> 65_536 + random.nextInt(100);
        };
    boolean masked = random.nextBoolean();
    int mask = masked ? 0x80 : 0;
    Buffer frame = Buffer.buffer().appendByte((byte) (0x80 | random.nextInt(3)));
    if (length < 126) {
      frame.appendByte((byte) (mask | length));
    } else if (length < 65_536) {
      frame.appendByte((byte) (mask | 126)).appendShort((short) length);
    } else {
      frame.appendByte((byte) (mask | 127)).appendLong(length);
    }
    byte[] rest = new byte[length + (masked ? 4 : 0)];
    random.nextBytes(rest);
    return frame.appendBytes(rest);
  }
}
