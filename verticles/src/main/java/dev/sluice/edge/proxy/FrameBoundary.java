package dev.sluice.edge.proxy;

import io.vertx.core.buffer.Buffer;

/**
 * Follows one direction of a WebSocket (RFC 6455, section 5.2) just far enough to know where frames
 * end: between two of them a control frame of our own can be put.
 */
final class FrameBoundary {
  private static final int MASKED = 0x80;
  private static final int LENGTH = 0x7f;
  private static final int TWO_BYTES = 126;
  private static final int EIGHT_BYTES = 127;
  private static final int OPCODE = 0x0f;
  private static final int CLOSE = 8;

  private long payload; // what is left of it
  private int head; // bytes of the head seen so far
  private int headLength = 2;
  private long length;
  private int extended; // bytes of the length beyond the first
  private boolean closing;

  /** Goes on over what was transferred. */
  void pass(Buffer bytes) {
    int at = 0;
    int end = bytes.length();
    while (at < end) {
      if (payload > 0) {
        int skipped = (int) Math.min(payload, end - at);
        payload -= skipped;
        at += skipped;
      } else {
        headByte(bytes.getByte(at++) & 0xff);
      }
    }
  }

  /** Whether what has passed ends with a whole frame. */
  boolean between() {
    return payload == 0 && head == 0;
  }

  /** Whether a Close frame has begun: nothing may follow it. */
  boolean closing() {
    return closing;
  }

  private void headByte(int value) {
    if (head == 0) {
      closing |= (value & OPCODE) == CLOSE;
    } else if (head == 1) {
      length = value & LENGTH;
      headLength = 2 + ((value & MASKED) != 0 ? 4 : 0);
      if (length == TWO_BYTES) {
        headLength += 2;
        length = 0;
        extended = 2;
      } else if (length == EIGHT_BYTES) {
        headLength += 8;
        length = 0;
        extended = 8;
      } else {
        extended = 0;
      }
    } else if (head < 2 + extended) {
      length = length << 8 | value;
    }
    head++;
    if (head > 1 && head == headLength) {
      head = 0;
      headLength = 2;
      payload = length & Long.MAX_VALUE;
    }
  }
}
