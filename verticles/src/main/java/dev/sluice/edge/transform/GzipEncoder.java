package dev.sluice.edge.transform;

import io.vertx.core.buffer.Buffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes one body as a gzip file (RFC 1952). */
final class GzipEncoder implements BodyEncoder {
  private static final int HEADER_BYTES = 10;
  private static final int TRAILER_BYTES = 8;
  private static final byte UNKNOWN_SYSTEM = (byte) 0xff;

  private final Compression compression;
  private final byte[] scratch; // that of the event loop
  private final boolean flushes;
  private final CRC32 sum = new CRC32();
  private Deflater deflater; // null once it is over
  private long length;
  private boolean begun;

  /**
   * @param flushes whether each part can be read when it has come, as the next may be long in
   *     coming
   */
  GzipEncoder(Compression compression, Deflater deflater, byte[] scratch, boolean flushes) {
    this.compression = compression;
    this.deflater = deflater;
    this.scratch = scratch;
    this.flushes = flushes;
  }

  @Override
  public Buffer encode(Buffer part) {
    Buffer out = begin(part.length());
    byte[] bytes = part.getBytes();
    sum.update(bytes);
    length += bytes.length;
    deflater.setInput(bytes);
    drain(flushes ? Deflater.SYNC_FLUSH : Deflater.NO_FLUSH, out);
    return out;
  }

  @Override
  public Buffer finish() {
    Buffer out = begin(0);
    deflater.finish();
    drain(Deflater.NO_FLUSH, out);
    out.appendUnsignedIntLE(sum.getValue());
    out.appendUnsignedIntLE(length & 0xffff_ffffL);
    close();
    return out;
  }

  @Override
  public void close() {
    if (deflater != null) {
      Deflater done = deflater;
      deflater = null;
      compression.release(done);
    }
  }

  private Buffer begin(int bytes) {
    if (deflater == null) {
      throw new IllegalStateException("a body is compressed that is complete or was given up");
    }
    Buffer out = Buffer.buffer(HEADER_BYTES + TRAILER_BYTES + bytes / 2);
    if (!begun) {
      begun = true;
      // Deflated, no flags, no time, no word about the effort.
      out.appendBytes(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, UNKNOWN_SYSTEM});
    }
    return out;
  }

  private void drain(int flush, Buffer out) {
    int count;
    do {
      count = deflater.deflate(scratch, 0, scratch.length, flush);
      out.appendBytes(scratch, 0, count);
    } while (count == scratch.length || (count > 0 && !deflater.needsInput()));
  }
}
