package dev.sluice.edge.transform;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A value in a JSON text: the bytes from one place to another, taken apart one level at a time and
 * only where a rule leads. What no rule touches is written as it was read, byte by byte: numbers
 * keep their digits and texts their escapes. The text must have been checked before; here nothing
 * is.
 */
final class JsonPiece {
  private final byte[] text;
  private final int from;
  private final int to;
  private List<Member> members; // of an object that was opened
  private List<JsonPiece> elements; // those of an opened array that are objects or arrays
  private JsonPiece above;
  private boolean changed; // its own members
  private boolean changedInside; // it, or something in it

  /** A field of an object. */
  static final class Member {
    final String name;
    private final JsonPiece key; // with its quotes
    private JsonPiece value;

    private Member(String name, JsonPiece key, JsonPiece value) {
      this.name = name;
      this.key = key;
      this.value = value;
    }

    JsonPiece value() {
      return value;
    }
  }

  private JsonPiece(byte[] text, int from, int to) {
    this.text = text;
    this.from = from;
    this.to = to;
  }

  /** A value that is written as it is given. */
  static JsonPiece of(byte[] text) {
    return new JsonPiece(text, 0, text.length);
  }

  /** A whole text, with white space around its value. */
  static JsonPiece document(byte[] text) {
    int from = JsonText.white(text, 0);
    return new JsonPiece(text, from, JsonText.end(text, from));
  }

  boolean isObject() {
    return text[from] == '{';
  }

  boolean isArray() {
    return text[from] == '[';
  }

  boolean isNull() {
    return text[from] == 'n';
  }

  /** The fields of an object, in order. The list may be changed, with {@link #change} after it. */
  List<Member> members() {
    if (members == null) {
      members = new ArrayList<>();
      int at = JsonText.white(text, from + 1);
      while (text[at] != '}') {
        int keyEnd = JsonText.end(text, at);
        JsonPiece key = new JsonPiece(text, at, keyEnd);
        int value = JsonText.white(text, JsonText.white(text, keyEnd) + 1); // past the colon
        int end = JsonText.end(text, value);
        members.add(
            new Member(
                JsonText.name(text, at, keyEnd), key, under(new JsonPiece(text, value, end))));
        at = JsonText.white(text, end);
        if (text[at] == ',') {
          at = JsonText.white(text, at + 1);
        }
      }
    }
    return members;
  }

  /** Those elements of an array that are objects or arrays. */
  List<JsonPiece> elements() {
    if (elements == null) {
      elements = new ArrayList<>();
      int at = JsonText.white(text, from + 1);
      while (text[at] != ']') {
        int end = JsonText.end(text, at);
        if (text[at] == '{' || text[at] == '[') {
          elements.add(under(new JsonPiece(text, at, end)));
        }
        at = JsonText.white(text, end);
        if (text[at] == ',') {
          at = JsonText.white(text, at + 1);
        }
      }
    }
    return elements;
  }

  /** The fields are not those that were read. */
  void change() {
    changed = true;
    for (JsonPiece piece = this; piece != null && !piece.changedInside; piece = piece.above) {
      piece.changedInside = true;
    }
  }

  /** A field to be put among the members. */
  Member member(String name, JsonPiece value) {
    return new Member(name, of(JsonText.quoted(name)), under(value));
  }

  /** Gives a field another value. */
  void set(Member member, JsonPiece value) {
    member.value = under(value);
  }

  /** Whether this or something in it is not as it was read. */
  boolean isChanged() {
    return changedInside;
  }

  /** The whole text, with what was around its value. */
  Buffer write() {
    Buffer out = Buffer.buffer(text.length + 64);
    out.appendBytes(text, 0, from);
    write(out);
    return out.appendBytes(text, to, text.length - to);
  }

  private JsonPiece under(JsonPiece piece) {
    piece.above = this;
    return piece;
  }

  private void write(Buffer out) {
    if (changed) {
      writeMembers(out);
      return;
    }
    int at = from;
    if (changedInside && members != null) {
      for (Member member : members) {
        at = copyUpTo(member.value, at, out);
      }
    } else if (changedInside) {
      for (JsonPiece element : elements) {
        at = copyUpTo(element, at, out);
      }
    }
    out.appendBytes(text, at, to - at);
  }

  /** What was not changed is copied with what is around it. */
  private int copyUpTo(JsonPiece piece, int at, Buffer out) {
    if (!piece.changedInside) {
      return at;
    }
    out.appendBytes(text, at, piece.from - at);
    piece.write(out);
    return piece.to;
  }

  private void writeMembers(Buffer out) {
    out.appendByte((byte) '{');
    boolean first = true;
    for (Member member : members) {
      if (!first) {
        out.appendByte((byte) ',');
      }
      first = false;
      member.key.write(out);
      out.appendByte((byte) ':');
      member.value.write(out);
    }
    out.appendByte((byte) '}');
  }

  /** An object without fields, to be filled. */
  static JsonPiece emptyObject() {
    return of("{}".getBytes(StandardCharsets.UTF_8));
  }
}
