package dev.sluice.platform.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Builds records from a tree alone, without an environment. It goes on after a mistake: an entry of
 * a Map that has one is left out, everything else that has one below it is not built.
 *
 * <p>Documents can have ten thousand entries of a hundred settings, nearly all of them not written.
 * So what a shape is when nothing is written is made once and shared (all values are immutable),
 * and keys are only put together where there is a mistake to tell.
 */
final class DocumentBinder {

  private final String source;
  private final Consumer<Mistake> mistakes;
  private final IdentityHashMap<Shape, Object> presets = new IdentityHashMap<>();

  /** A place in the tree; its node is null where nothing is written. */
  record Place(Place above, String name, YamlNode node) {
    Place below(String member, YamlNode written) {
      return new Place(this, member, written);
    }

    String key() {
      String before = above == null ? "" : above.key();
      return before.isEmpty() || name.startsWith("[") ? before + name : before + "." + name;
    }

    /** Of the innermost thing around it that is written. */
    int line() {
      return node != null && node.line() > 0 ? node.line() : above == null ? 1 : above.line();
    }
  }

  DocumentBinder(String source, Consumer<Mistake> mistakes) {
    this.source = source;
    this.mistakes = mistakes;
  }

  /** The value; null after a mistake. */
  Object bind(Shape shape, Place at, YamlNode node) {
    boolean written = Binder.isWritten(node);
    if (shape instanceof Shape.Left) {
      return new Unread(at, node);
    }
    if (!written) {
      Object preset = presets.get(shape);
      if (preset != null) {
        return preset;
      }
    }
    Object value;
    if (shape instanceof Shape.Group group) {
      value = group(group, at, written ? node : YamlNode.Entries.NONE);
    } else if (shape instanceof Shape.Keyed keyed) {
      value = keyed(keyed, at, written ? node : YamlNode.Entries.NONE);
    } else if (shape instanceof Shape.Listed listed) {
      value = listed(listed, at, node);
    } else {
      value = scalar((Scalar) shape, at, written ? node : null);
    }
    if (!written && value != null && isShareable(shape)) {
      presets.put(shape, value);
    }
    return value;
  }

  /** Whether it holds nothing that knows its place. */
  private static boolean isShareable(Shape shape) {
    if (shape instanceof Shape.Group group) {
      return group.members().stream().allMatch(member -> isShareable(member.shape()));
    }
    return !(shape instanceof Shape.Left);
  }

  private Object group(Shape.Group group, Place at, YamlNode node) {
    if (!(node instanceof YamlNode.Entries written)) {
      return refused(at, node, "expected keys below it");
    }
    noteUnknown(group, at, written);
    List<Object> values = new ArrayList<>(group.members().size());
    for (Shape.Member member : group.members()) {
      YamlNode below = written.entries().get(member.name());
      Object value = bind(member.shape(), at.below(member.name(), below), below);
      if (value != null) {
        values.add(value);
      }
    }
    if (values.size() < group.members().size()) {
      return null;
    }
    try {
      return group.build(values);
    } catch (IllegalArgumentException refused) {
      Shape.Refusal refusal = group.refusal(String.valueOf(refused.getMessage()));
      Place place = at;
      for (String name : refusal.names()) {
        place = below(place, name);
      }
      mistakes.accept(new Mistake(place.key(), value(place), line(place), refusal.problem()));
      return null;
    }
  }

  /** The place a name leads to, whether or not something is written there. */
  static Place below(Place at, String name) {
    YamlNode node = null;
    if (at.node() instanceof YamlNode.Entries entries) {
      node = entries.entries().get(name);
    } else if (at.node() instanceof YamlNode.Items items && name.matches("\\[\\d{1,9}\\]")) {
      int index = Integer.parseInt(name.substring(1, name.length() - 1));
      node = index < items.items().size() ? items.items().get(index) : null;
    }
    return at.below(name, node);
  }

  /** What is written at a place, if that is one value. */
  private static String value(Place at) {
    return at.node() instanceof YamlNode.Text text && text.text() != null
        ? Mistake.quoted(Mistake.shown(text.text()))
        : null;
  }

  private Object keyed(Shape.Keyed keyed, Place at, YamlNode node) {
    if (!(node instanceof YamlNode.Entries written)) {
      return refused(at, node, "expected keys below it");
    }
    Map<String, YamlNode> entries = overlaid(keyed.preset(), written).entries();
    if (entries.size() > Document.MAX_ENTRIES) {
      return refused(at, null, "expected at most " + Document.MAX_ENTRIES + " entries");
    }
    Map<String, Object> values = new LinkedHashMap<>();
    entries.forEach(
        (name, below) -> {
          Place place = at.below(name, below);
          if (!keyed.setting().keys().allow(name)) {
            refused(
                at.below(Mistake.shown(name), below),
                null,
                "expected " + keyed.setting().keys().right());
            return;
          }
          Object value = bind(keyed.value(), place, below);
          if (value != null) {
            values.put(name, value);
          }
        });
    return Collections.unmodifiableMap(values);
  }

  private static YamlNode.Entries overlaid(YamlNode.Entries preset, YamlNode.Entries written) {
    if (preset.entries().isEmpty()) {
      return written;
    }
    Map<String, YamlNode> all = new LinkedHashMap<>(preset.entries());
    written
        .entries()
        .forEach(
            (name, node) ->
                all.merge(
                    name,
                    node,
                    (before, now) ->
                        before instanceof YamlNode.Entries under
                                && now instanceof YamlNode.Entries over
                            ? overlaid(under, over)
                            : Binder.isWritten(now) ? now : before));
    return new YamlNode.Entries(written.line(), all);
  }

  private Object listed(Shape.Listed listed, Place at, YamlNode node) {
    List<YamlNode> items = List.of();
    if (node instanceof YamlNode.Items written) {
      items = written.items();
    } else if (Binder.isWritten(node)) {
      return refused(at, node, "expected a list, each entry with keys below it");
    }
    if (items.size() < listed.least() || items.size() > listed.most()) {
      return refused(at, null, "expected a list of " + listed.limits());
    }
    List<Object> values = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      Object value = bind(listed.item(), at.below("[" + i + "]", items.get(i)), items.get(i));
      if (value != null) {
        values.add(value);
      }
    }
    return values.size() == items.size() ? List.copyOf(values) : null;
  }

  private Object scalar(Scalar scalar, Place at, YamlNode node) {
    Optional<Object> value;
    String written;
    if (node == null) {
      value = scalar.read(scalar.preset());
      written = "";
    } else if (node instanceof YamlNode.Text text) {
      value = scalar.read(text.text());
      written = text.text();
    } else if (node instanceof YamlNode.Items items) {
      List<String> texts = new ArrayList<>();
      for (YamlNode item : items.items()) {
        if (item instanceof YamlNode.Text text && text.text() != null) {
          texts.add(text.text());
        }
      }
      boolean plain = texts.size() == items.items().size();
      value = plain ? scalar.read(texts) : Optional.empty();
      written = scalar.isList() && plain ? String.join(", ", texts) : "(a list)";
    } else {
      value = Optional.empty();
      written = "(keys below it)";
    }
    if (value.isEmpty()) {
      String shown = scalar.isSecret() && !written.isEmpty() ? "******" : Mistake.shown(written);
      mistakes.accept(
          new Mistake(at.key(), Mistake.quoted(shown), line(at), "expected " + scalar.right()));
    }
    return value.orElse(null);
  }

  private void noteUnknown(Shape.Group group, Place at, YamlNode.Entries written) {
    for (Map.Entry<String, YamlNode> entry : written.entries().entrySet()) {
      String name = entry.getKey();
      if (group.members().stream().noneMatch(member -> member.name().equals(name))) {
        List<String> names = group.members().stream().map(Shape.Member::name).sorted().toList();
        String hint =
            Nearest.to(Mistake.shown(name), names)
                .map(nearest -> "did you mean " + nearest + "?")
                .orElseGet(() -> "expected one of " + String.join(", ", names));
        Place place = at.below(Mistake.shown(name), entry.getValue());
        mistakes.accept(new Mistake(place.key(), null, line(place), "no such key; " + hint));
      }
    }
  }

  private Object refused(Place at, YamlNode node, String problem) {
    String value =
        node instanceof YamlNode.Items
            ? "(a list)"
            : node instanceof YamlNode.Text text
                ? Mistake.quoted(Mistake.shown(text.text()))
                : null;
    mistakes.accept(new Mistake(at.key(), value, line(at), problem));
    return null;
  }

  private String line(Place at) {
    return source + " line " + at.line();
  }
}
