package dev.sluice.edge.docs;

import dev.sluice.edge.transform.AcceptEncoding;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/**
 * What does not change while it is served, with its tags and, where that is smaller, in gzip.
 *
 * @param tag its entity tag, in quotes (RFC 9110, section 8.8.3)
 * @param zipped null where it would be no smaller
 */
public record DocsFile(
    String contentType, String cacheControl, String tag, Buffer plain, Buffer zipped) {
  private static final int TAG_BYTES = 12;

  /** Computes for some milliseconds a megabyte: nothing for an event loop. */
  public static DocsFile of(String contentType, String cacheControl, byte[] bytes) {
    byte[] zipped = contentType.startsWith("image/") ? bytes : gzip(bytes);
    return new DocsFile(
        contentType,
        cacheControl,
        "\"" + HexFormat.of().formatHex(sha256(bytes), 0, TAG_BYTES) + "\"",
        Buffer.buffer(bytes),
        zipped.length < bytes.length ? Buffer.buffer(zipped) : null);
  }

  /** Whether a client that says {@code Accept-Encoding: ...} is better off with gzip. */
  public boolean zippedFor(String acceptEncoding) {
    return zipped != null && AcceptEncoding.of(acceptEncoding).prefersGzip();
  }

  /** The tag of what is sent: two encodings are two representations. */
  public String tag(boolean inGzip) {
    return inGzip ? tag.substring(0, tag.length() - 1) + "-gz\"" : tag;
  }

  /** Whether a client that says {@code If-None-Match: ...} has it already. */
  public boolean isKnown(String ifNoneMatch, boolean inGzip) {
    return ifNoneMatch != null
        && (ifNoneMatch.strip().equals("*") || ifNoneMatch.contains(tag(inGzip)));
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream(bytes.length / 3 + 64);
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
    return zipped.toByteArray();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
