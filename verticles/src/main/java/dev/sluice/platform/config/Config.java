package dev.sluice.platform.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The configuration of a node: one record a section, checked. Immutable.
 *
 * <p>A key {@code edge.wait_queue} is the component {@code waitQueue} of the record of section
 * {@code edge}, is written below {@code edge:} in sluice.yaml, and is overridden by {@code
 * SLUICE_EDGE_WAIT_QUEUE}. An empty value in YAML means the default. What is written below a Map is
 * laid over its default entries, key by key; a variable can change an entry that is there, and for
 * a Map of scalars the variable of the Map itself adds some ({@code a=1,b=2}).
 */
public final class Config {

  private static final String FILE = "sluice.yaml";

  private final Map<String, Section<?>> sections;
  private final Map<String, Object> records;
  private final List<EffectiveSetting> effective;
  private final Origin origin;

  /** Where it was read from. */
  private record Origin(Path given, Path file, Map<String, String> env) {}

  private Config(
      Origin origin,
      Map<String, Section<?>> sections,
      Map<String, Object> records,
      List<EffectiveSetting> effective) {
    this.origin = origin;
    this.sections = sections;
    this.records = records;
    this.effective = effective;
  }

  /**
   * Reads and checks everything.
   *
   * @param confDirOrFile a folder that may hold sluice.yaml, or a YAML file, or null for neither
   * @param env the environment; of it only {@code SLUICE_*} is looked at
   * @param sections every section this program knows; others are mistakes
   * @throws ConfigException with every mistake of whoever wrote the configuration
   * @throws IllegalStateException if a record is not declared as {@link Setting} asks
   */
  public static Config load(
      Path confDirOrFile, Map<String, String> env, Collection<Section<?>> sections) {
    Map<String, Section<?>> byName = new LinkedHashMap<>();
    Map<String, Shape.Group> shapes = new LinkedHashMap<>();
    for (Section<?> section : sections) {
      if (byName.put(section.name(), section) != null) {
        throw new IllegalStateException("two sections are called " + section.name());
      }
      shapes.put(section.name(), ShapeReader.read(section));
    }
    List<Mistake> mistakes = new ArrayList<>();
    Path file = file(confDirOrFile, mistakes);
    YamlNode.Entries yaml = file == null ? YamlNode.Entries.NONE : YamlTree.read(file, mistakes);
    Environment environment = new Environment(env);
    Binder binder =
        new Binder(environment, file == null ? FILE : file.getFileName().toString(), mistakes);
    Map<String, Object> records = binder.sections(shapes, yaml);
    environment.addUnknown(mistakes);
    if (!mistakes.isEmpty()) {
      throw new ConfigException(mistakes);
    }
    return new Config(
        new Origin(confDirOrFile, file, Map.copyOf(env)), byName, records, binder.effective());
  }

  /** The file it was read from; empty for none, which it stays if one comes later. */
  public Optional<Path> file() {
    return Optional.ofNullable(origin.file());
  }

  /** The folder it was read from, with or without a file in it; empty for none. */
  public Optional<Path> folder() {
    Path given = origin.given();
    return given == null || Files.isDirectory(given)
        ? Optional.ofNullable(given)
        : Optional.ofNullable(given.toAbsolutePath().getParent());
  }

  /**
   * Reads and checks everything again: the same file, the same environment over it. Blocks.
   *
   * @throws ConfigException with every mistake there is now, or if the file has gone
   */
  public Config again() {
    return load(origin.file(), origin.env(), sections.values());
  }

  /** The record of one section with nothing set: what tests of a room start from. */
  public static <T extends Record> T defaults(Section<T> section) {
    return load(null, Map.of(), List.of(section)).get(section);
  }

  /**
   * The keys of a section that are numbers, durations or sizes and lack a smallest or largest
   * value. Meant for a test that holds every section to it.
   */
  public static List<String> undeclaredLimits(Section<?> section) {
    List<String> offenders = new ArrayList<>();
    addUndeclared(ShapeReader.read(section), section.name(), offenders);
    return List.copyOf(offenders);
  }

  /**
   * The record of a section.
   *
   * @throws IllegalArgumentException if the section was not among those loaded
   */
  public <T extends Record> T get(Section<T> section) {
    if (!section.equals(sections.get(section.name()))) {
      throw new IllegalArgumentException("section " + section.name() + " was not loaded");
    }
    return section.type().cast(records.get(section.name()));
  }

  /**
   * Every setting as it is in force, secrets masked, in the order of the sections and of their
   * records.
   */
  public List<EffectiveSetting> describe() {
    return effective;
  }

  /** The settings that are not defaults, secrets masked. */
  @Override
  public String toString() {
    return effective.stream()
        .filter(setting -> !setting.source().equals("default"))
        .map(setting -> setting.key() + "=" + setting.value())
        .collect(Collectors.joining(", ", "Config[", "]"));
  }

  private static Path file(Path confDirOrFile, List<Mistake> mistakes) {
    if (confDirOrFile == null || Files.isRegularFile(confDirOrFile)) {
      return confDirOrFile;
    }
    if (Files.isDirectory(confDirOrFile)) {
      Path file = confDirOrFile.resolve(FILE);
      return Files.exists(file) ? file : null;
    }
    mistakes.add(
        new Mistake(
            "--conf", confDirOrFile.toString(), "command line", "expected a file or a folder"));
    return null;
  }

  static void addUndeclared(Shape shape, String key, List<String> offenders) {
    if (shape instanceof Shape.Group group) {
      group.members().forEach(m -> addUndeclared(m.shape(), key + "." + m.name(), offenders));
    } else if (shape instanceof Shape.Keyed keyed) {
      addUndeclared(keyed.value(), key + ".<name>", offenders);
    } else if (shape instanceof Shape.Listed listed) {
      addUndeclared(listed.item(), key + "[]", offenders);
    } else if (shape instanceof Scalar scalar && scalar.lacksLimits()) {
      offenders.add(key);
    }
  }
}
