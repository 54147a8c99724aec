package dev.sluice.platform.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A whole document, YAML or JSON, that is one record: a table of routes, for example. It is read
 * like a section of sluice.yaml, with the same annotations, but from the text alone: no environment
 * variable reaches it. It may have up to 16 MB, and its Maps up to 20,000 entries.
 *
 * <p>Who must check more than its records can (whether a name written here exists there) opens the
 * document, adds what it finds with {@link #refuse}, and asks for {@link #checked} at the end; so
 * all mistakes are told at once, each with its line. Not for several threads.
 *
 * @param <R> the record
 */
public final class Document<R extends Record> {

  /** The longest text that is read. */
  public static final int MAX_CHARACTERS = 16 << 20;

  /** Entries a Map may have. */
  public static final int MAX_ENTRIES = 20_000;

  private static final int MAX_MISTAKES = 100;

  /** What a record of this class may look like, found out once. */
  private static final ClassValue<Shape.Group> SHAPES =
      new ClassValue<>() {
        @Override
        protected Shape.Group computeValue(Class<?> type) {
          return ShapeReader.read(type.asSubclass(Record.class));
        }
      };

  private final String source;
  private final DocumentBinder binder;
  private final DocumentBinder.Place root;
  private final R value;
  private final List<Mistake> mistakes = new ArrayList<>();
  private int unsaid;

  private Document(String text, String source, Class<R> type) {
    this.source = source;
    this.binder = new DocumentBinder(source, this::add);
    YamlNode.Entries tree = YamlNode.Entries.NONE;
    if (text.length() > MAX_CHARACTERS) {
      add(new Mistake(source, null, source, "expected a text of at most 16MB"));
    } else {
      tree = YamlTree.document(text, source, this::add);
    }
    this.root = new DocumentBinder.Place(null, "", tree);
    this.value = type.cast(binder.bind(SHAPES.get(type), root, tree));
  }

  /**
   * Reads a document that needs no other checks than those of its records.
   *
   * @param sourceName what to call it in messages, such as routes.yaml
   * @throws ConfigException with every mistake
   * @throws IllegalStateException if the record is not declared as {@link Setting} asks
   */
  public static <R extends Record> R read(String yamlOrJson, String sourceName, Class<R> type) {
    return open(yamlOrJson, sourceName, type).checked();
  }

  /** Reads a document and keeps its mistakes. */
  public static <R extends Record> Document<R> open(
      String yamlOrJson, String sourceName, Class<R> type) {
    return new Document<>(yamlOrJson, sourceName, type);
  }

  /**
   * The keys of a document that are numbers, durations or sizes and lack a smallest or largest
   * value. Meant for a test.
   */
  public static List<String> undeclaredLimits(Class<? extends Record> type) {
    List<String> offenders = new ArrayList<>();
    Config.addUndeclared(ShapeReader.read(type), type.getSimpleName(), offenders);
    return List.copyOf(offenders);
  }

  /** What could be read: Maps lack their entries with mistakes. Empty if it is less than that. */
  public Optional<R> value() {
    return Optional.ofNullable(value);
  }

  /** The names written below a key, those with mistakes too; none where there is no such key. */
  public Collection<String> names(Object... path) {
    return place(path).node() instanceof YamlNode.Entries entries
        ? entries.entries().keySet()
        : List.of();
  }

  /** Whether something is written there. */
  public boolean isWritten(Object... path) {
    return Binder.isWritten(place(path).node());
  }

  /**
   * Adds a mistake. Its line is that of the innermost part of the path that is written.
   *
   * @param problem what would have been right, such as "expected the name of an upstream"
   * @param path from the top: a String a name, an Integer an index of a list
   */
  public void refuse(String problem, Object... path) {
    DocumentBinder.Place place = place(path);
    String written =
        place.node() instanceof YamlNode.Text text && text.text() != null
            ? Mistake.quoted(Mistake.shown(text.text()))
            : null;
    add(new Mistake(place.key(), written, source + " line " + place.line(), problem));
  }

  /** Reads what was left as {@link Unread}; empty after a mistake, which is added. */
  public <S extends Record> Optional<S> bind(Unread part, Class<S> type) {
    return Optional.ofNullable(type.cast(binder.bind(SHAPES.get(type), part.place(), part.node())));
  }

  /**
   * Makes a record of something else than text, as if it had been written at a place; empty after a
   * mistake, which is added.
   *
   * @param written names to Strings, Numbers, Booleans, Lists or Maps of these
   */
  public <S extends Record> Optional<S> bind(
      Map<String, ?> written, Class<S> type, Object... path) {
    DocumentBinder.Place at = place(path);
    YamlNode node = node(written, at.line());
    DocumentBinder.Place place = new DocumentBinder.Place(at.above(), at.name(), node);
    return Optional.ofNullable(type.cast(binder.bind(SHAPES.get(type), place, node)));
  }

  /** All mistakes up to now. */
  public List<Mistake> mistakes() {
    List<Mistake> all = new ArrayList<>(mistakes);
    if (unsaid > 0) {
      all.add(new Mistake(source, null, source, "and " + unsaid + " more mistakes"));
    }
    return List.copyOf(all);
  }

  /**
   * The record.
   *
   * @throws ConfigException if there is any mistake
   */
  public R checked() {
    if (!mistakes.isEmpty()) {
      throw new ConfigException(mistakes());
    }
    return value;
  }

  private void add(Mistake mistake) {
    if (mistakes.size() < MAX_MISTAKES) {
      mistakes.add(mistake);
    } else {
      unsaid++;
    }
  }

  private DocumentBinder.Place place(Object... path) {
    DocumentBinder.Place at = root;
    for (Object step : path) {
      at =
          DocumentBinder.below(
              at, step instanceof Integer index ? "[" + index + "]" : (String) step);
    }
    return at;
  }

  private static YamlNode node(Object written, int line) {
    if (written instanceof Map<?, ?> map) {
      Map<String, YamlNode> entries = new LinkedHashMap<>();
      map.forEach((name, below) -> entries.put((String) name, node(below, line)));
      return new YamlNode.Entries(line, entries);
    }
    if (written instanceof List<?> list) {
      return new YamlNode.Items(line, list.stream().map(item -> node(item, line)).toList());
    }
    return new YamlNode.Text(line, written == null ? null : written.toString());
  }
}
