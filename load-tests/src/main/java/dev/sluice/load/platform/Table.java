package dev.sluice.load.platform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.load.Figures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Figures of several rows, each in the same columns, and what they come to. */
final class Table {
  private final String title;
  private final List<Column> columns;
  private final Map<String, Map<Column, Figures>> rows = new LinkedHashMap<>();
  private final StringBuilder below = new StringBuilder();

  /**
   * A column.
   *
   * @param decimals that are shown
   */
  record Column(String title, int decimals) {}

  /**
   * @param title what the rows are
   */
  Table(String title, Column... columns) {
    this.title = title;
    this.columns = List.of(columns);
  }

  /** Adds a round's figure. */
  void add(String row, Column column, double figure) {
    rows.computeIfAbsent(row, name -> new LinkedHashMap<>())
        .computeIfAbsent(column, name -> new Figures())
        .add(figure);
  }

  double median(String row, Column column) {
    return rows.get(row).get(column).median();
  }

  /** A paragraph below the table. */
  void say(String format, Object... values) {
    below.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** Medians, with the least and the most where they differ. */
  String markdown() {
    StringBuilder out = new StringBuilder("| " + title + " |");
    columns.forEach(column -> out.append(' ').append(column.title()).append(" |"));
    out.append("\n|---|").append("---:|".repeat(columns.size())).append('\n');
    rows.forEach(
        (name, figures) -> {
          out.append("| ").append(name).append(" |");
          columns.forEach(
              column -> out.append(' ').append(cell(figures.get(column), column)).append(" |"));
          out.append('\n');
        });
    return below.isEmpty() ? out.toString() : out.append('\n').append(below).toString();
  }

  private static String cell(Figures figures, Column column) {
    if (figures == null) {
      return "";
    }
    String format = "%,." + column.decimals() + "f";
    String median = String.format(Locale.ROOT, format, figures.median());
    String least = String.format(Locale.ROOT, format, figures.least());
    String most = String.format(Locale.ROOT, format, figures.most());
    return least.equals(most) ? median : median + " (" + least + " - " + most + ")";
  }

  /** All rounds of all rows. */
  void write(ObjectNode into) {
    rows.forEach(
        (name, figures) -> {
          ObjectNode row = into.putObject(name);
          figures.forEach((column, all) -> all.all().forEach(row.putArray(column.title())::add));
        });
  }
}
