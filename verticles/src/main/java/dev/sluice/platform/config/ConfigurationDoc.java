package dev.sluice.platform.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Renders the reference of all keys, docs/configuration.md, as Markdown: sections by name, keys in
 * the order of their records. The same sections always give the same text, so a test can tell when
 * the file is stale.
 */
public final class ConfigurationDoc {

  private static final String HEAD =
      """
      # Configuration

      <!-- Generated from the records in the code; a test fails when it is stale. -->

      Every key can be set in `sluice.yaml`, below its section, and by its environment variable, which wins. An unknown
      key, an unknown `SLUICE_` variable or a value outside its limits stops the start with a list of all mistakes.

      - Durations are written `250ms`, `5s`, `2m`, `1h`, `7d`; sizes `4096`, `512KB`, `10MB`, `1GB` (1 KB is 1024 bytes).
      - Lists are YAML lists; in a variable they are separated by commas.
      - Where a key has `<name>` in it, you choose the names in `sluice.yaml`; what you write is laid over the default
        entries, and a variable changes an entry that is there. In the variable, the name is in upper case, and whatever
        is not a letter or a digit is `_`.
      - **Secret** values are never shown. Each can also come from a file: `SLUICE_..._FILE` names it.
      """;

  private ConfigurationDoc() {}

  /** The whole file, ending in a line end. */
  public static String render(Collection<Section<?>> sections) {
    StringBuilder text = new StringBuilder(HEAD);
    List<Section<?>> sorted =
        sections.stream().sorted(Comparator.comparing((Section<?> s) -> s.name())).toList();
    for (Section<?> section : sorted) {
      text.append("\n## ").append(section.name()).append("\n\n");
      text.append("| key | environment variable | default | limits | what it does |\n");
      text.append("|---|---|---|---|---|\n");
      String variable = ShapeReader.variable("SLUICE", section.name());
      addRows(ShapeReader.read(section), section.name(), variable, text);
    }
    return text.toString();
  }

  private static void addRows(Shape.Group group, String key, String variable, StringBuilder text) {
    for (Shape.Member member : group.members()) {
      String memberKey = key + "." + member.name();
      String memberVariable = ShapeReader.variable(variable, member.name());
      addRows(member.shape(), member.setting(), memberKey, memberVariable, text);
    }
  }

  private static void addRows(
      Shape shape, Setting setting, String key, String variable, StringBuilder text) {
    if (shape instanceof Shape.Group group) {
      addRows(group, key, variable, text);
    } else if (shape instanceof Shape.Keyed keyed) {
      String below = key + ".<name>";
      String belowVariable = variable + "_<NAME>";
      if (keyed.value() instanceof Scalar scalar) {
        addRow(text, below, belowVariable, code(setting.def()), scalar.limits(), setting);
      } else {
        addRow(text, below, "", code(setting.def()), "", setting);
        addRows(keyed.value(), setting, below, belowVariable, text);
      }
    } else if (shape instanceof Shape.Listed listed) {
      addRow(text, key + "[]", "", "", listed.limits(), setting);
      addItemRows(listed.item(), key + "[]", text);
    } else if (shape instanceof Scalar scalar) {
      String preset = setting.def().isEmpty() ? "" : code(setting.def());
      addRow(text, key, variable, preset, limits(scalar, setting), setting);
    }
  }

  /** What is below the entry of a list has no environment variable. */
  private static void addItemRows(Shape.Group group, String key, StringBuilder text) {
    StringBuilder rows = new StringBuilder();
    addRows(group, key, "", rows);
    text.append(rows.toString().replaceAll("(?m)^(\\| `[^`]*` \\|) `_[^`]*` \\|", "$1 |"));
  }

  private static String limits(Scalar scalar, Setting setting) {
    boolean plainUnit = !setting.unit().isEmpty() && !setting.unit().equals(Setting.BYTES);
    return scalar.limits() + (plainUnit ? " " + setting.unit() : "");
  }

  private static void addRow(
      StringBuilder text,
      String key,
      String variable,
      String preset,
      String limits,
      Setting setting) {
    String doc = (setting.secret() ? "**Secret.** " : "") + setting.doc();
    String cells =
        String.join(
            " | ",
            code(key),
            variable.isEmpty() ? "" : code(variable),
            escape(preset),
            escape(limits),
            escape(doc));
    text.append("| ").append(cells.replaceAll(" {2,}", " ")).append(" |\n");
  }

  private static String code(String text) {
    return text.isEmpty() ? "" : "`" + text.strip().replaceAll("\\s+", " ") + "`";
  }

  private static String escape(String cell) {
    return cell.replace("|", "\\|").replace("\n", " ");
  }
}
