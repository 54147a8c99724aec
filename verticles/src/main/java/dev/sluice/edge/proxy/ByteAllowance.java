package dev.sluice.edge.proxy;

/** Memory that one event loop may use for something, all requests together. */
final class ByteAllowance {
  private final long most;
  private long taken;

  ByteAllowance(long most) {
    this.most = most;
  }

  /** Whether there was so much left; then it must be given back. */
  boolean take(long bytes) {
    if (taken + bytes > most) {
      return false;
    }
    taken += bytes;
    return true;
  }

  void giveBack(long bytes) {
    taken -= bytes;
    assert taken >= 0;
  }

  long taken() {
    return taken;
  }
}
