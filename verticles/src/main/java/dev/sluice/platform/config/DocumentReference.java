package dev.sluice.platform.config;

/**
 * Renders the reference of all keys of a {@link Document} as Markdown: a table for each of its
 * first keys, in the order of the records. The same records always give the same text, so a test
 * can tell when the file is stale.
 */
public final class DocumentReference {
  private final StringBuilder text;

  private DocumentReference(String head) {
    this.text = new StringBuilder(head);
  }

  /**
   * The whole file, ending in a line end.
   *
   * @param head what comes before the first table
   */
  public static String render(String head, Class<? extends Record> type) {
    DocumentReference reference = new DocumentReference(head);
    for (Shape.Member member : ShapeReader.read(type).members()) {
      reference.section(member);
    }
    return reference.text.toString();
  }

  private void section(Shape.Member member) {
    Shape shape = member.shape();
    String name = member.name();
    text.append("\n## ").append(name).append("\n\n").append(member.setting().doc()).append("\n");
    if (shape instanceof Shape.Keyed keyed && keyed.value() instanceof Shape.Group group) {
      text.append("\nBelow `").append(name).append(".<name>`:\n\n");
      table(group);
    } else if (shape instanceof Shape.Listed listed) {
      text.append("\nIn each of the list:\n\n");
      table(listed.item());
    } else if (shape instanceof Shape.Group group) {
      text.append("\nBelow `").append(name).append("`:\n\n");
      table(group);
    } else if (shape instanceof Scalar scalar && !scalar.limits().isEmpty()) {
      text.append("\nOne of: ").append(scalar.limits()).append(".\n");
    }
  }

  private void table(Shape.Group group) {
    text.append("| key | default | limits | what it does |\n|---|---|---|---|\n");
    rows(group, "");
  }

  private void rows(Shape.Group group, String prefix) {
    for (Shape.Member member : group.members()) {
      rows(member.shape(), member.setting(), prefix + member.name());
    }
  }

  private void rows(Shape shape, Setting setting, String key) {
    if (shape instanceof Shape.Group group) {
      rows(group, key + ".");
    } else if (shape instanceof Shape.Keyed keyed) {
      String below = key + ".<name>";
      String limits = keyed.value() instanceof Scalar scalar ? scalar.limits() : "";
      row(below, "", limits, setting);
      if (!(keyed.value() instanceof Scalar)) {
        rows(keyed.value(), setting, below);
      }
    } else if (shape instanceof Shape.Listed listed) {
      row(key + "[]", "", listed.limits(), setting);
      rows(listed.item(), key + "[].");
    } else if (shape instanceof Scalar scalar) {
      boolean plainUnit = !setting.unit().isEmpty() && !setting.unit().equals(Setting.BYTES);
      String limits = scalar.limits() + (plainUnit ? " " + setting.unit() : "");
      row(key, setting.def(), limits, setting);
    } else {
      row(key, "", "", setting);
    }
  }

  private void row(String key, String preset, String limits, Setting setting) {
    String code = preset.isEmpty() ? "" : "`" + preset.strip().replaceAll("\\s+", " ") + "`";
    String cells = String.join(" | ", "`" + key + "`", code, limits, setting.doc());
    String escaped = cells.replace("\n", " ").replaceAll(" {2,}", " ");
    text.append("| ").append(escaped).append(" |\n");
  }
}
