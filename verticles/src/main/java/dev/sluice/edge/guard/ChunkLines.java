package dev.sluice.edge.guard;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * Walks the lines of a chunked body (RFC 9112, section 7.1) ahead of the decoder, and stops at what
 * the decoder would read mildly and another server differently: spaces around a size, trailing
 * rubbish, a bare LF, folded trailers, trailers that frame or route. Of the data it looks at
 * nothing, so a body costs per chunk, not per byte. It also tells whether the body has ended, so
 * that a decoder of another opinion is noticed.
 */
final class ChunkLines {
  /** Of one body, all chunks together; a byte of data must not cost kilobytes of extensions. */
  private static final int MOST_EXTENSION_BYTES = 16 * 1024;

  private static final int MOST_DIGITS = 16;
  private static final byte CR = '\r';
  private static final byte LF = '\n';

  private static final Set<String> NO_TRAILERS =
      Set.of(
          "authorization",
          "connection",
          "content-encoding",
          "content-length",
          "content-range",
          "content-type",
          "cookie",
          "expect",
          "forwarded",
          "host",
          "set-cookie",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "x-api-key",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto");

  private enum Part {
    SIZE,
    DATA,
    DATA_END,
    TRAILER,
    DONE
  }

  private Part part = Part.SIZE;
  private long left;
  private int extensionBytes;

  /** Bytes behind the reader that were walked already. */
  private int ahead;

  /** A new body begins at the reader. */
  void begin() {
    part = Part.SIZE;
    extensionBytes = 0;
    ahead = 0;
  }

  boolean done() {
    return part == Part.DONE;
  }

  /** The decoder has read as many bytes. */
  void consumed(int bytes) {
    ahead = Math.max(0, ahead - bytes);
  }

  /** Walks on as far as there are whole lines; returns what is wrong, or null. */
  Refused walk(ByteBuf in) {
    int at = in.readerIndex() + ahead;
    int end = in.writerIndex();
    while (at < end && part != Part.DONE) {
      if (part == Part.DATA) {
        long skipped = Math.min(left, end - at);
        at += (int) skipped;
        left -= skipped;
        part = left == 0 ? Part.DATA_END : Part.DATA;
      } else if (part == Part.DATA_END) {
        if (end - at < 2) {
          break;
        }
        if (in.getByte(at) != CR || in.getByte(at + 1) != LF) {
          return framing("a chunk is as long as its size says, and ends with CR LF");
        }
        at += 2;
        part = Part.SIZE;
      } else {
        int lf = in.indexOf(at, end, LF);
        if (lf < 0) {
          break; // the decoder bounds how long a line may get
        }
        Refused wrong = line(in, at, lf);
        if (wrong != null) {
          return wrong;
        }
        at = lf + 1;
      }
    }
    ahead = at - in.readerIndex();
    return null;
  }

  private Refused line(ByteBuf in, int from, int lf) {
    if (lf == from || in.getByte(lf - 1) != CR) {
      return framing("lines end with CR LF");
    }
    return part == Part.SIZE ? size(in, from, lf - 1) : trailer(in, from, lf - 1);
  }

  private Refused size(ByteBuf in, int from, int end) {
    long size = 0;
    int at = from;
    while (at < end && digit(in.getByte(at)) >= 0) {
      size = (size << 4) + digit(in.getByte(at));
      at++;
      if (at - from > MOST_DIGITS || size > Integer.MAX_VALUE) {
        return framing("a chunk is smaller than 2 GB, and says so in at most 16 digits");
      }
    }
    if (at == from) {
      return framing("a chunk begins with its size in hexadecimal digits");
    }
    if (at < end) {
      Refused wrong = extension(in, at, end);
      if (wrong != null) {
        return wrong;
      }
    }
    left = size;
    part = size == 0 ? Part.TRAILER : Part.DATA;
    return null;
  }

  /** Whatever follows a size: spaces are allowed only before the semicolon. */
  private Refused extension(ByteBuf in, int from, int end) {
    extensionBytes += end - from;
    if (extensionBytes > MOST_EXTENSION_BYTES) {
      return framing("the chunk extensions of one body are at most 16 KB");
    }
    int at = from;
    while (at < end && (in.getByte(at) == ' ' || in.getByte(at) == '\t')) {
      at++;
    }
    if (at == end || in.getByte(at) != ';' || controls(in, at, end)) {
      return framing("after the size of a chunk comes CR LF, or ';' and an extension");
    }
    return null;
  }

  private Refused trailer(ByteBuf in, int from, int end) {
    if (from == end) {
      part = Part.DONE;
      return null;
    }
    int colon = in.indexOf(from, end, (byte) ':');
    if (colon <= from || controls(in, from, end)) {
      return framing("a trailer is 'name: value'");
    }
    String name = in.toString(from, colon - from, StandardCharsets.ISO_8859_1);
    if (name.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
      return framing("a trailer is 'name: value'");
    }
    if (NO_TRAILERS.contains(name.toLowerCase(Locale.ROOT))) {
      return framing("what frames or routes a message is no trailer (RFC 9110, section 6.5.1)");
    }
    return null;
  }

  private static boolean controls(ByteBuf in, int from, int end) {
    for (int at = from; at < end; at++) {
      byte c = in.getByte(at);
      if ((c >= 0 && c < ' ' && c != '\t') || c == 0x7f) {
        return true;
      }
    }
    return false;
  }

  private static int digit(byte c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  private static Refused framing(String detail) {
    return new Refused(Fault.FRAMING, detail);
  }
}
