package dev.sluice.edge.idempotency;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An answer as it is kept. As bytes: a version, the status, the number of headers, the headers,
 * each as two texts (a length and UTF-8), the body; numbers are big-endian.
 *
 * @param headers those for the client, as the upstream sent them
 */
public record KeptAnswer(int status, MultiMap headers, Buffer body) {
  private static final byte VERSION = 1;
  private static final int MOST_HEADERS = 1000;

  Buffer pack() {
    Buffer out = Buffer.buffer(256 + body.length());
    out.appendByte(VERSION).appendInt(status).appendInt(headers.entries().size());
    for (Map.Entry<String, String> header : headers) {
      text(out, header.getKey());
      text(out, header.getValue());
    }
    return out.appendBuffer(body);
  }

  /** Null for what was not written by this version, or is broken. */
  static KeptAnswer unpack(Buffer bytes) {
    try {
      int count = bytes.getInt(5);
      if (bytes.getByte(0) != VERSION || count < 0 || count > MOST_HEADERS) {
        return null;
      }
      MultiMap headers = MultiMap.caseInsensitiveMultiMap();
      int at = 9;
      for (int i = 0; i < count; i++) {
        int name = bytes.getInt(at);
        int value = bytes.getInt(at + 4 + name);
        headers.add(
            bytes.getString(at + 4, at + 4 + name, "UTF-8"),
            bytes.getString(at + 8 + name, at + 8 + name + value, "UTF-8"));
        at += 8 + name + value;
      }
      return new KeptAnswer(bytes.getInt(1), headers, bytes.getBuffer(at, bytes.length()));
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      return null;
    }
  }

  private static void text(Buffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.appendInt(bytes.length).appendBytes(bytes);
  }
}
