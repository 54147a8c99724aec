package dev.sluice.load.compare;

import static dev.sluice.load.compare.Measured.What;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.load.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a comparison came to: tables, raw results, plots. */
final class Report {
  private final Map<String, Measured> measured;
  private final int rounds;
  private final int seconds;

  Report(Map<String, Measured> measured, int rounds, int seconds) {
    this.measured = measured;
    this.rounds = rounds;
    this.seconds = seconds;
  }

  String tables() {
    return where() + "\n" + costs() + "\n" + latencies() + "\n" + goals();
  }

  private String where() {
    return "%s, %d rounds of %d s; medians, with the least and the most.%n"
        .formatted(Pages.machine(), rounds, seconds);
  }

  private String costs() {
    StringBuilder out = new StringBuilder("| proxy | CPU us/request | from - to | requests/s |");
    out.append(" requests per CPU second, of nginx's | bytes allocated | RSS MB |\n");
    out.append("|---|---:|---:|---:|---:|---:|---:|\n");
    measured.forEach(
        (name, figures) ->
            out.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f - %.1f | %,.0f | %s | %s | %,.0f |%n",
                    name,
                    figures.median(What.MICROS),
                    figures.least(What.MICROS),
                    figures.most(What.MICROS),
                    figures.median(What.PER_SECOND),
                    ratio(Contender.NGINX, name),
                    figures.has(What.BYTES) ? "%,.0f".formatted(figures.median(What.BYTES)) : "",
                    figures.median(What.MEGABYTES))));
    return out.toString();
  }

  private String latencies() {
    List<What> columns =
        List.of(
            What.HALF_P50,
            What.HALF_P99,
            What.HALF_P999,
            What.HIGH_P50,
            What.HIGH_P99,
            What.HIGH_P999);
    StringBuilder out = new StringBuilder("| milliseconds, at a share of its own most |");
    columns.forEach(what -> out.append(' ').append(what.title()).append(" |"));
    out.append("\n|---|").append("---:|".repeat(columns.size())).append('\n');
    measured.forEach(
        (name, figures) -> {
          out.append("| ").append(name).append(" |");
          columns.forEach(
              what -> out.append(String.format(Locale.ROOT, " %.2f |", figures.median(what))));
          out.append('\n');
        });
    return out.toString();
  }

  /** How much more CPU the second uses than the first, as requests per CPU second. */
  private String ratio(String base, String name) {
    return measured.containsKey(base) && measured.containsKey(name)
        ? String.format(Locale.ROOT, "%.2f", micros(base) / micros(name))
        : "";
  }

  private double micros(String name) {
    return measured.get(name).median(What.MICROS);
  }

  private String goals() {
    if (!measured
        .keySet()
        .containsAll(
            List.of(
                Contender.NGINX,
                Contender.SPRING,
                Contender.SPRING_LIMITER,
                Contender.OFF,
                Contender.ALL))) {
      return "";
    }
    StringBuilder out = new StringBuilder("| requests per CPU second | at least | aim | is |\n");
    out.append("|---|---:|---:|---:|\n");
    goal(out, "(a) against nginx", "0.60", "0.75", micros(Contender.NGINX) / micros(Contender.OFF));
    goal(out, "(d) against nginx", "0.45", "0.65", micros(Contender.NGINX) / micros(Contender.ALL));
    goal(out, "(d) against (a)", "0.80", "0.92", micros(Contender.OFF) / micros(Contender.ALL));
    goal(out, "(c) against (a)", "0.95", "0.99", micros(Contender.OFF) / micros(Contender.LIMITED));
    goal(
        out,
        "(a) against Spring Cloud Gateway",
        "4",
        "6",
        micros(Contender.SPRING) / micros(Contender.OFF));
    goal(
        out,
        "(c) against Spring Cloud Gateway with its limiter",
        "5",
        "8",
        micros(Contender.SPRING_LIMITER) / micros(Contender.LIMITED));
    double p99 = measured.get(Contender.ALL).median(What.HIGH_P99);
    goal(
        out,
        "p99 at 70 %, (d) against nginx, at most",
        "2",
        "1.2",
        p99 / measured.get(Contender.NGINX).median(What.HIGH_P99));
    return out.toString();
  }

  private static void goal(StringBuilder out, String what, String least, String aim, double is) {
    out.append(String.format(Locale.ROOT, "| %s | %s | %s | %.2f |%n", what, least, aim, is));
  }

  /** Puts the tables into the page, and the results and plots beside it. */
  void write(Path root) throws IOException {
    ObjectNode results = JsonNodeFactory.instance.objectNode();
    measured.forEach(
        (name, figures) -> {
          ObjectNode one = results.putObject(name);
          for (What what : What.values()) {
            figures
                .all(what)
                .forEach(one.withArray("/" + what.name().toLowerCase(Locale.ROOT))::add);
          }
        });
    Path folder = Pages.write(root, "compare", tables(), rounds, seconds, results);
    Files.writeString(
        folder.resolve("cpu.svg"), Bars.of("CPU us a request", measured, What.MICROS));
    Files.writeString(
        folder.resolve("p99.svg"),
        Bars.of("p99 in ms at 70 % of its own most", measured, What.HIGH_P99));
  }
}
