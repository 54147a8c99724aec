package dev.sluice.edge.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;

/** What is to be answered, found out on a worker. Who gets one must {@link #close} it. */
sealed interface FileAnswer {

  /** There is no such file, or none that may be seen: which of them is nobody's business. */
  record Nothing() implements FileAnswer {}

  /** It is a folder, and its path needs a slash at its end for the links in it to lead right. */
  record WithSlash() implements FileAnswer {}

  /** A condition of the client does not hold. */
  record ConditionFailed() implements FileAnswer {}

  /** The file has no such part. */
  record NoSuchPart(long size) implements FileAnswer {}

  /**
   * A file.
   *
   * @param status 200, 206 or 304
   * @param modified as the header field has it
   * @param coding {@code gzip} or {@code br}; null for the file itself
   * @param varies whether the coding is chosen by what the client accepts
   * @param range as {@code Content-Range} has it; null for the whole file
   * @param first where to begin
   * @param length bytes to send
   * @param content open; null if only headers are sent
   */
  record Form(
      int status,
      String type,
      String tag,
      String modified,
      String coding,
      boolean varies,
      String range,
      long first,
      long length,
      FileChannel content)
      implements FileAnswer {

    @Override
    public void close() {
      if (content != null) {
        try {
          content.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** Closes what is open. */
  default void close() {}
}
