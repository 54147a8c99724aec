package dev.sluice.edge.proxy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/**
 * Checks that bytes are one JSON value in UTF-8 (RFC 8259), as they come and without building
 * anything of it.
 */
final class JsonText {
  /** Names are upstreams' and many: they are not to stay. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  private static final int MARK = 3;

  private final JsonParser parser;
  private final ByteArrayFeeder feeder;
  private int depth;
  private int values;

  JsonText() {
    try {
      parser = FACTORY.createNonBlockingByteArrayParser();
      feeder = (ByteArrayFeeder) parser.getNonBlockingInputFeeder();
    } catch (IOException e) {
      throw new IllegalStateException("nothing is read yet", e);
    }
  }

  /** Whether it can still become one. */
  boolean feed(Buffer part) {
    byte[] bytes = part.getBytes();
    try {
      feeder.feedInput(bytes, 0, bytes.length);
      return read();
    } catch (IOException broken) {
      return false;
    }
  }

  /** Whether what was fed is one value, whole; nothing more may be fed. */
  boolean end() {
    feeder.endOfInput();
    try {
      return read() && values == 1 && depth == 0;
    } catch (IOException broken) {
      return false;
    }
  }

  /** Without a byte order mark, which the check lets pass, and which has no place within JSON. */
  static Buffer withoutMark(Buffer json) {
    return json.length() > MARK && json.getByte(0) == (byte) 0xEF
        ? json.slice(MARK, json.length())
        : json;
  }

  private boolean read() throws IOException {
    JsonToken token = parser.nextToken();
    while (token != null && token != JsonToken.NOT_AVAILABLE) {
      if (depth == 0 && ++values > 1) {
        return false;
      }
      depth += token.isStructStart() ? 1 : 0;
      depth -= token.isStructEnd() ? 1 : 0;
      token = parser.nextToken();
    }
    return true;
  }
}
