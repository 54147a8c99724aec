package dev.sluice.edge.transform;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Finds its way in a JSON text (RFC 8259) in UTF-8. */
final class JsonText {
  // Without detection it is UTF-8, which is what JSON between systems must be.
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build();

  private JsonText() {}

  /** Whether it is one JSON value and nothing else. The rest of this class relies on it. */
  static boolean isValid(byte[] text) {
    try (JsonParser parser = JSON.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return false;
      }
      parser.skipChildren();
      parser.finishToken();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  /** The place of the next byte that is no white space. */
  static int white(byte[] text, int from) {
    int at = from;
    while (at < text.length && text[at] <= ' ' && text[at] >= 0) {
      at++;
    }
    return at;
  }

  /** The place after the value that begins here. */
  static int end(byte[] text, int from) {
    return switch (text[from]) {
      case '"' -> endOfString(text, from);
      case '{', '[' -> endOfContainer(text, from);
      default -> endOfScalar(text, from);
    };
  }

  /** What a key with its quotes stands for. */
  static String name(byte[] text, int from, int to) {
    for (int at = from; at < to; at++) {
      if (text[at] == '\\') {
        return unescaped(text, from, to);
      }
    }
    return new String(text, from + 1, to - from - 2, StandardCharsets.UTF_8);
  }

  /** A text as a JSON string. */
  static byte[] quoted(String text) {
    String escaped = new String(JsonStringEncoder.getInstance().quoteAsString(text));
    return ('"' + escaped + '"').getBytes(StandardCharsets.UTF_8);
  }

  private static int endOfString(byte[] text, int from) {
    int at = from + 1;
    while (text[at] != '"') {
      at += text[at] == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  private static int endOfContainer(byte[] text, int from) {
    int depth = 0;
    int at = from;
    do {
      switch (text[at]) {
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        case '"' -> at = endOfString(text, at) - 1;
        default -> {}
      }
      at++;
    } while (depth > 0);
    return at;
  }

  private static int endOfScalar(byte[] text, int from) {
    int at = from;
    while (at < text.length
        && text[at] > ' '
        && text[at] != ','
        && text[at] != '}'
        && text[at] != ']') {
      at++;
    }
    return at;
  }

  private static String unescaped(byte[] text, int from, int to) {
    try (JsonParser parser = JSON.createParser(text, from, to - from)) {
      parser.nextToken();
      return parser.getText();
    } catch (IOException e) {
      throw new UncheckedIOException("a text that was checked is none", e);
    }
  }
}
