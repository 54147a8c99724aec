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
  private static final int USAGE = 2;

  private Platform() {}

  /**
   * @param args as {@link Options} has them; the page is only written for everything. Run in the
   *     root of the repository
   */
  public static void main(String[] args) throws Exception {
    Script.follow();
    Options options;
    try {
      options = Options.parse("platform", args);
    } catch (IllegalArgumentException e) {
      refuse(e.getMessage());
      return;
    }
    Path root = Path.of("").toAbsolutePath();
    Map<String, Table> tables;
    Ending ending = Ending.listen();
    try (Servers servers = new Servers(root)) {
      ending.closes(servers::close);
      List<Measurement> chosen = chosen(all(servers), options);
      servers.start();
      tables = run(chosen, options);
    } catch (IllegalArgumentException e) {
      refuse(e.getMessage());
      return;
    } catch (IOException | InterruptedException | RuntimeException e) {
      if (ending.comes()) {
        return; // the script that was stopped says so
      }
      throw e;
    }
    Report report = new Report(tables, options.rounds(), options.seconds());
    System.out.print(report.text());
    if (options.all()) {
      report.write(root);
      System.out.println("\nwritten to docs/performance.md and docs/performance/platform.json");
    }
  }

  private static void refuse(String why) {
    System.err.println("sluice: " + why);
    System.exit(USAGE);
  }

  private static List<Measurement> all(Servers servers) {
    return List.of(new Orders(servers), new Starts(servers), new BusHops(), new Sockets(servers));
  }

  private static List<Measurement> chosen(List<Measurement> all, Options options) {
    List<Measurement> chosen =
        all.stream().filter(one -> options.only().matcher(one.name()).find()).toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "--only " + options.only() + " finds none of " + names(all));
    }
    return chosen;
  }

  private static String names(List<Measurement> all) {
    return String.join(", ", all.stream().map(Measurement::name).toList());
  }

  private static Map<String, Table> run(List<Measurement> chosen, Options options)
      throws IOException, InterruptedException {
    Map<String, Table> tables = new LinkedHashMap<>();
    for (Measurement one : chosen) {
      tables.put(one.name(), one.run(options.rounds(), options.seconds()));
    }
    return tables;
  }

  /** Says to whoever waits how far it is. */
  static void progress(String format, Object... values) {
    System.err.println(String.format(Locale.ROOT, format, values));
  }
}
