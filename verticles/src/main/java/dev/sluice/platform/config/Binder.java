package dev.sluice.platform.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Builds records from what was written: the environment first, then the file, then the default of
 * the code. It goes on after a mistake so that all are found; a record with a mistake below it is
 * not built.
 */
final class Binder {

  private static final int MAX_MAP_ENTRIES = 1_000;

  private final Environment environment;
  private final String fileName;
  private final List<Mistake> mistakes;
  private final Map<String, EffectiveSetting> effective = new LinkedHashMap<>();
  private final KnownKeys keys = new KnownKeys();
  private final List<String> secrets = new ArrayList<>();

  /** A place: its key and its environment variable. */
  private record Place(String key, String variable) {
    Place below(String name) {
      return new Place(
          key.isEmpty() ? name : key + "." + name, ShapeReader.variable(variable, name));
    }
  }

  Binder(Environment environment, String fileName, List<Mistake> mistakes) {
    this.environment = environment;
    this.fileName = fileName;
    this.mistakes = mistakes;
  }

  /** The records by section name, without those that have mistakes. */
  Map<String, Object> sections(Map<String, Shape.Group> shapes, YamlNode.Entries file) {
    Place root = new Place("", "SLUICE");
    noteUnknown(root, file, new ArrayList<>(shapes.keySet()), true);
    Map<String, Object> records = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) ->
            group(shape, root.below(name), file.entries().get(name), null)
                .ifPresent(built -> records.put(name, built)));
    keys.addUnknown(mistakes);
    return records;
  }

  List<EffectiveSetting> effective() {
    return List.copyOf(effective.values());
  }

  private Optional<Object> bind(Shape shape, Place at, YamlNode file, YamlNode preset) {
    if (shape instanceof Shape.Group group) {
      return group(group, at, file, preset);
    }
    if (shape instanceof Shape.Keyed keyed) {
      return keyed(keyed, at, file, preset);
    }
    if (shape instanceof Shape.Listed listed) {
      return listed(listed, at, file);
    }
    return scalar((Scalar) shape, at, file, preset);
  }

  private Optional<Object> group(Shape.Group group, Place at, YamlNode file, YamlNode preset) {
    keys.add(at.key());
    YamlNode.Entries written = entries(at, file, true);
    YamlNode.Entries presets = entries(at, preset, false);
    List<String> names = group.members().stream().map(Shape.Member::name).toList();
    noteUnknown(at, written, names, true);
    noteUnknown(at, presets, names, false);
    List<Object> values = new ArrayList<>();
    for (Shape.Member member : group.members()) {
      bind(
              member.shape(),
              at.below(member.name()),
              written.entries().get(member.name()),
              presets.entries().get(member.name()))
          .ifPresent(values::add);
    }
    return values.size() == names.size() ? build(group, at, values) : Optional.empty();
  }

  private Optional<Object> keyed(Shape.Keyed keyed, Place at, YamlNode file, YamlNode preset) {
    keys.add(at.key());
    Map<String, YamlNode> presets =
        (preset == null ? keyed.preset() : entries(at, preset, false)).entries();
    Map<String, YamlNode> written = entries(at, file, true).entries();
    Map<String, String> listed = keyed.value() instanceof Scalar ? pairs(at) : Map.of();
    Set<String> names = new LinkedHashSet<>(presets.keySet());
    names.addAll(written.keySet());
    names.addAll(listed.keySet());
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : names) {
      if (!keyed.setting().keys().allow(name)) {
        mistakes.add(
            new Mistake(at.key(), null, fileName, "expected " + keyed.setting().keys().right()));
        return Optional.empty();
      }
      Place below = at.below(name);
      Optional<Object> value =
          listed.containsKey(name)
              ? read(
                  (Scalar) keyed.value(), below, listed.get(name), "environment " + at.variable())
              : bind(keyed.value(), below, written.get(name), presets.get(name));
      value.ifPresent(v -> values.put(name, v));
    }
    if (names.size() > MAX_MAP_ENTRIES) {
      mistakes.add(
          new Mistake(
              at.key(), null, fileName, "expected at most " + MAX_MAP_ENTRIES + " entries"));
    }
    return values.size() == names.size()
        ? Optional.of(Collections.unmodifiableMap(values))
        : Optional.empty();
  }

  /**
   * Entries of a list have no names, so no variable reaches them: they are read as documents are.
   */
  private Optional<Object> listed(Shape.Listed listed, Place at, YamlNode file) {
    keys.add(at.key());
    Object records =
        new DocumentBinder(fileName, mistakes::add)
            .bind(listed, new DocumentBinder.Place(null, at.key(), file), file);
    String source = isWritten(file) ? line(file) : "default";
    String shown = records instanceof List<?> list ? "(" + list.size() + " entries)" : "(a list)";
    effective.put(at.key(), new EffectiveSetting(at.key(), at.variable(), shown, source));
    return Optional.ofNullable(records);
  }

  /** A Map of scalars can be written in one variable: {@code a=1,b=2}. */
  private Map<String, String> pairs(Place at) {
    String text = environment.get(at.variable());
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : text == null ? new String[0] : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        pairs.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
      } else if (!pair.isBlank()) {
        mistakes.add(
            new Mistake(
                at.key(),
                null,
                "environment " + at.variable(),
                "expected name=value pairs with commas between them"));
      }
    }
    return pairs;
  }

  private Optional<Object> scalar(Scalar scalar, Place at, YamlNode file, YamlNode preset) {
    String set =
        scalar.isSecret()
            ? environment.getSecret(at.key(), at.variable(), mistakes)
            : environment.get(at.variable());
    if (set != null) {
      return read(scalar, at, set, environment.source(at.variable()));
    }
    if (isWritten(file)) {
      return read(scalar, at, file, line(file));
    }
    if (isWritten(preset)) {
      return read(scalar, at, preset, "default");
    }
    return read(scalar, at, scalar.preset(), "default");
  }

  private Optional<Object> read(Scalar scalar, Place at, YamlNode node, String source) {
    if (node instanceof YamlNode.Text text) {
      return read(scalar, at, text.text(), source);
    }
    List<String> texts = new ArrayList<>();
    boolean plain = node instanceof YamlNode.Items;
    if (node instanceof YamlNode.Items items) {
      for (YamlNode item : items.items()) {
        plain &= isWritten(item) && item instanceof YamlNode.Text;
        texts.add(item instanceof YamlNode.Text text ? String.valueOf(text.text()) : "...");
      }
    }
    Optional<Object> value = plain ? scalar.read(texts) : Optional.empty();
    String written =
        node instanceof YamlNode.Entries
            ? "(keys below it)"
            : scalar.isList() ? String.join(", ", texts) : "(a list)";
    return noted(scalar, at, value, written, source);
  }

  private Optional<Object> read(Scalar scalar, Place at, String text, String source) {
    return noted(scalar, at, scalar.read(text), text, source);
  }

  private Optional<Object> noted(
      Scalar scalar, Place at, Optional<Object> value, String written, String source) {
    keys.add(at.key());
    if (scalar.isSecret() && !written.isEmpty()) {
      secrets.add(written);
    }
    String shown = scalar.isSecret() && !written.isEmpty() ? "******" : Mistake.shown(written);
    effective.put(at.key(), new EffectiveSetting(at.key(), at.variable(), shown, source));
    if (value.isEmpty()) {
      mistakes.add(
          new Mistake(at.key(), Mistake.quoted(shown), source, "expected " + scalar.right()));
    }
    return value;
  }

  private Optional<Object> build(Shape.Group group, Place at, List<Object> values) {
    try {
      return Optional.of(group.build(values));
    } catch (IllegalArgumentException refused) {
      mistakes.add(refusal(group, at, String.valueOf(refused.getMessage())));
      return Optional.empty();
    }
  }

  private Mistake refusal(Shape.Group group, Place at, String message) {
    String problem = message;
    for (String secret : secrets) {
      problem = problem.replace(secret, "******");
    }
    Shape.Refusal refusal = group.refusal(problem);
    if (refusal.names().isEmpty()) {
      return new Mistake(at.key(), null, "all its keys together", refusal.problem());
    }
    String key = at.key() + "." + String.join(".", refusal.names());
    EffectiveSetting set = effective.get(key);
    return set == null
        ? new Mistake(key, null, "all its keys together", refusal.problem())
        : new Mistake(key, Mistake.quoted(set.value()), set.source(), refusal.problem());
  }

  private YamlNode.Entries entries(Place at, YamlNode node, boolean fromFile) {
    if (node instanceof YamlNode.Entries entries) {
      return entries;
    }
    if (isWritten(node)) {
      String value = node instanceof YamlNode.Items ? "(a list)" : null;
      mistakes.add(
          new Mistake(
              at.key(), value, fromFile ? line(node) : "default", "expected keys below it"));
    }
    return YamlNode.Entries.NONE;
  }

  private void noteUnknown(
      Place at, YamlNode.Entries written, List<String> names, boolean fromFile) {
    written
        .entries()
        .forEach(
            (name, node) -> {
              if (!names.contains(name)) {
                String source = fromFile ? line(node) : "default";
                keys.miss(at.below(Mistake.shown(name)).key(), source, names);
              }
            });
  }

  private String line(YamlNode node) {
    return fileName + " line " + node.line();
  }

  static boolean isWritten(YamlNode node) {
    return node != null && !(node instanceof YamlNode.Text text && text.text() == null);
  }
}
