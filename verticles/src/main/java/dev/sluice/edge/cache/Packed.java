package dev.sluice.edge.cache;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What is kept, as bytes: a version, the key (so that two keys with one hash are told apart), a
 * kind, then the fields in order. Texts are a length and UTF-8; numbers are big-endian.
 */
final class Packed {
  private static final byte VERSION = 1;
  private static final byte RULE = 'V';
  private static final byte RESPONSE = 'R';
  private static final int MOST_TEXTS = 10_000;

  private final Buffer bytes;
  private int at;

  private Packed(Buffer bytes) {
    this.bytes = bytes;
  }

  static Buffer write(String key, Kept kept) {
    Packed packed = new Packed(Buffer.buffer(256 + kept.weight()));
    packed.bytes.appendByte(VERSION);
    packed.text(key);
    if (kept instanceof Kept.VaryRule rule) {
      packed.bytes.appendByte(RULE);
      packed.texts(rule.names());
    } else if (kept instanceof StoredResponse response) {
      packed.bytes.appendByte(RESPONSE);
      packed.response(response);
    }
    return packed.bytes;
  }

  /** Null for another key's bytes, another version's, and broken ones. */
  static Kept read(String key, Buffer bytes, long received) {
    try {
      Packed packed = new Packed(bytes);
      if (packed.next() != VERSION || !key.equals(packed.text())) {
        return null;
      }
      Kept kept =
          switch (packed.next()) {
            case RULE -> new Kept.VaryRule(packed.texts());
            case RESPONSE -> packed.response(received);
            default -> null;
          };
      return packed.at == bytes.length() ? kept : null;
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      return null;
    }
  }

  private void response(StoredResponse response) {
    bytes.appendInt(response.status());
    texts(response.head());
    bytes.appendLong(response.initialAge()).appendLong(response.lifetime());
    bytes.appendByte((byte) (response.validateAlways() ? 1 : 0));
    bytes.appendByte((byte) (response.staleAllowed() ? 1 : 0));
    bytes.appendLong(response.staleWhileRevalidate()).appendLong(response.staleIfError());
    maybe(response.etag());
    maybe(response.lastModified());
    maybe(response.date());
    texts(response.tags());
    bytes.appendInt(response.body().length()).appendBuffer(response.body());
  }

  private StoredResponse response(long received) {
    int status = number();
    List<String> head = texts();
    long initialAge = longNumber();
    long lifetime = longNumber();
    boolean validateAlways = next() == 1;
    boolean staleAllowed = next() == 1;
    long staleWhileRevalidate = longNumber();
    long staleIfError = longNumber();
    String etag = maybe();
    String lastModified = maybe();
    String date = maybe();
    List<String> tags = texts();
    Buffer body = Buffer.buffer(part());
    if (status < 200 || status > 599 || head.size() % 2 != 0 || initialAge < 0 || lifetime < 0) {
      throw new IllegalArgumentException("no response is like this");
    }
    return new StoredResponse(
        status,
        head,
        body,
        initialAge,
        received,
        lifetime,
        validateAlways,
        staleAllowed,
        staleWhileRevalidate,
        staleIfError,
        etag,
        lastModified,
        date,
        tags);
  }

  private void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    bytes.appendInt(utf8.length).appendBytes(utf8);
  }

  private void maybe(String text) {
    bytes.appendByte((byte) (text == null ? 0 : 1));
    if (text != null) {
      text(text);
    }
  }

  private void texts(List<String> texts) {
    bytes.appendInt(texts.size());
    texts.forEach(this::text);
  }

  private byte next() {
    return bytes.getByte(at++);
  }

  private int number() {
    int number = bytes.getInt(at);
    at += Integer.BYTES;
    return number;
  }

  private long longNumber() {
    long number = bytes.getLong(at);
    at += Long.BYTES;
    return number;
  }

  /** Looks before it takes room: a broken length may be 2 GB. */
  private byte[] part() {
    int length = number();
    if (length < 0 || length > bytes.length() - at) {
      throw new IndexOutOfBoundsException(length);
    }
    at += length;
    return bytes.getBytes(at - length, at);
  }

  private String text() {
    return new String(part(), StandardCharsets.UTF_8);
  }

  private String maybe() {
    return next() == 1 ? text() : null;
  }

  private List<String> texts() {
    int count = number();
    if (count < 0 || count > MOST_TEXTS) {
      throw new IndexOutOfBoundsException(count);
    }
    List<String> texts = new ArrayList<>(Math.min(count, 64));
    for (int i = 0; i < count; i++) {
      texts.add(text());
    }
    return List.copyOf(texts);
  }
}
