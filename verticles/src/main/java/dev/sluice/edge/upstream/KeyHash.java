package dev.sluice.edge.upstream;

/** Turns keys into the numbers {@link Upstream#pick} takes; the same on every node and start. */
public final class KeyHash {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final long STEP = 0x9e3779b97f4a7c15L;

  private KeyHash() {}

  /** FNV-1a over the characters, then mixed. Not for secrets: clients can find collisions. */
  public static long of(CharSequence key) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * FNV_PRIME;
    }
    return mix(hash);
  }

  /** The n-th of a sequence of numbers that look drawn at random. */
  static long nth(long seed, long n) {
    return mix(seed + n * STEP);
  }

  /** A number from 0 to bound - 1, out of the upper bits. */
  static int below(int bound, long mixed) {
    return (int) (((mixed >>> 32) * bound) >>> 32);
  }

  /** The finalizer of MurmurHash3: every bit depends on every bit. */
  private static long mix(long value) {
    long mixed = value;
    mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
