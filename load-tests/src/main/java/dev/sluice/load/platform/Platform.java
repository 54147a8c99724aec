package dev.sluice.load.platform;

import dev.sluice.load.Script;
import dev.sluice.load.compare.Ending;
import dev.sluice.load.compare.Options;
import dev.sluice.load.compare.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The platform beside Spring: see {@link dev.sluice.load.platform}. */
public final class Platform {
  private static final List<String> NAMES = List.of("orders", "start", "bus", "sockets");

  private Platform() {}

  /**
   * @param args as {@link Options} has them; the page is only written for everything. Run in the
   *     root of the repository
   */
  public static void main(String[] args) throws Exception {
    Script.follow();
    Options options = Options.of("platform", NAMES, args);
    Path root = Path.of("").toAbsolutePath();
    Map<String, Table> tables = Ending.during(root, servers -> run(servers, options)).orElse(null);
    if (tables == null) {
      return;
    }
    Report report = new Report(tables, options.rounds(), options.seconds());
    System.out.print(report.text());
    if (options.all()) {
      report.write(root);
      System.out.println("\nwritten to docs/performance.md and docs/performance/platform.json");
    }
  }

  private static Map<String, Table> run(Servers servers, Options options)
      throws IOException, InterruptedException {
    servers.start();
    Map<String, Table> tables = new LinkedHashMap<>();
    for (String name : NAMES) {
      if (options.has(name)) {
        tables.put(name, measurement(name, servers).run(options.rounds(), options.seconds()));
      }
    }
    return tables;
  }

  private static Measurement measurement(String name, Servers servers) {
    return switch (name) {
      case "orders" -> new Orders(servers);
      case "start" -> new Starts(servers);
      case "bus" -> new BusHops();
      case "sockets" -> new Sockets(servers);
      default -> throw new IllegalArgumentException("no measurement is called " + name);
    };
  }

  /** Says to whoever waits how far it is. */
  static void progress(String format, Object... values) {
    System.err.println(String.format(Locale.ROOT, format, values));
  }
}
