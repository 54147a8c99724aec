package dev.sluice.edge.transform;

import dev.sluice.edge.transform.JsonPiece.Member;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@link BodyRules}, compiled. Immutable. */
final class BodyChanges {
  private enum Kind {
    REMOVE,
    RENAME,
    SET,
    ADD
  }

  private final List<Change> changes;
  private final boolean removes;

  /**
   * @param name the last in the path
   * @param newName of a renamed field; else null
   * @param value JSON of a set or an added field; else null
   */
  private record Change(
      Kind kind, List<String> path, String name, String newName, JsonValue value) {
    boolean writes() {
      return kind == Kind.SET || kind == Kind.ADD;
    }
  }

  /** JSON to be written as it is. */
  private static final class JsonValue {
    private final byte[] text;

    JsonValue(byte[] text) {
      this.text = text;
    }
  }

  private BodyChanges(BodyRules rules) {
    List<Change> all = new ArrayList<>();
    rules.remove().forEach(path -> all.add(change(Kind.REMOVE, path, null, null)));
    rules.rename().forEach((path, name) -> all.add(change(Kind.RENAME, path, name, null)));
    addWritten(Kind.SET, rules.set(), all);
    addWritten(Kind.ADD, rules.add(), all);
    this.changes = List.copyOf(all);
    this.removes = !rules.remove().isEmpty();
  }

  /** Null if there is nothing to do. */
  static BodyChanges of(BodyRules rules) {
    return rules.isEmpty() ? null : new BodyChanges(rules);
  }

  /** Whether something must not be seen: a body that cannot be changed must not be passed on. */
  boolean removes() {
    return removes;
  }

  /**
   * @return the same body if there is nothing to change in it; null if it is no JSON
   */
  Buffer apply(Buffer body) {
    byte[] text = body.getBytes();
    if (!JsonText.isValid(text)) {
      return null;
    }
    JsonPiece document = JsonPiece.document(text);
    for (Change change : changes) {
      at(document, change, 0);
    }
    return document.isChanged() ? document.write() : body;
  }

  private static void at(JsonPiece piece, Change change, int depth) {
    if (piece.isArray()) {
      for (JsonPiece element : piece.elements()) {
        at(element, change, depth);
      }
    } else if (piece.isObject()) {
      if (depth == change.path.size() - 1) {
        make(change, piece);
      } else {
        further(piece, change, depth);
      }
    }
  }

  private static void further(JsonPiece piece, Change change, int depth) {
    String name = change.path.get(depth);
    boolean there = false;
    for (Member member : piece.members()) {
      if (member.name.equals(name)) {
        there = true;
        if (change.writes() && member.value().isNull()) {
          piece.set(member, JsonPiece.emptyObject());
          piece.change();
        }
        at(member.value(), change, depth + 1);
      }
    }
    if (!there && change.writes()) {
      JsonPiece made = JsonPiece.emptyObject();
      piece.members().add(piece.member(name, made));
      piece.change();
      at(made, change, depth + 1);
    }
  }

  private static void make(Change change, JsonPiece object) {
    List<Member> members = object.members();
    boolean there = has(change.name, members);
    switch (change.kind) {
      case REMOVE -> {
        if (members.removeIf(member -> member.name.equals(change.name))) {
          object.change();
        }
      }
      case RENAME -> {
        if (there && !change.name.equals(change.newName)) {
          rename(change, object);
          object.change();
        }
      }
      case SET -> {
        set(change, object);
        object.change();
      }
      case ADD -> {
        if (!there) {
          set(change, object);
          object.change();
        }
      }
    }
  }

  private static boolean has(String name, List<Member> members) {
    for (Member member : members) {
      if (member.name.equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static void rename(Change change, JsonPiece object) {
    List<Member> members = object.members();
    members.removeIf(member -> member.name.equals(change.newName));
    members.replaceAll(
        member ->
            member.name.equals(change.name)
                ? object.member(change.newName, member.value())
                : member);
  }

  /** The first takes the value, and there is no other. */
  private static void set(Change change, JsonPiece object) {
    List<Member> members = object.members();
    Member first = null;
    for (Member member : members) {
      if (first == null && member.name.equals(change.name)) {
        first = member;
      }
    }
    JsonPiece value = JsonPiece.of(change.value.text);
    if (first == null) {
      members.add(object.member(change.name, value));
      return;
    }
    object.set(first, value);
    Member kept = first;
    members.removeIf(member -> member != kept && member.name.equals(change.name));
  }

  private static void addWritten(Kind kind, Map<String, String> values, List<Change> all) {
    values.forEach((path, value) -> all.add(change(kind, path, null, json(value))));
  }

  private static Change change(Kind kind, String path, String newName, JsonValue value) {
    List<String> names = List.copyOf(BodyPath.names(path));
    return new Change(kind, names, names.get(names.size() - 1), newName, value);
  }

  private static JsonValue json(String value) {
    byte[] text = value.strip().getBytes(StandardCharsets.UTF_8);
    return new JsonValue(text.length > 0 && JsonText.isValid(text) ? text : JsonText.quoted(value));
  }
}
