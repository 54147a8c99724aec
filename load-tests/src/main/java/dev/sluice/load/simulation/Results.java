package dev.sluice.load.simulation;

import io.gatling.charts.stats.GeneralStats;
import io.gatling.charts.stats.Group;
import io.gatling.charts.stats.LogFileData;
import io.gatling.charts.stats.LogFileReader;
import io.gatling.charts.stats.RequestStatsPath;
import io.gatling.charts.stats.StatsPath;
import io.gatling.commons.stats.Status;
import io.gatling.core.config.GatlingConfiguration;
import io.gatling.core.stats.ErrorStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/** What Gatling wrote about a run, read again as its own report does. */
final class Results {
  private static final Pattern FOUND = Pattern.compile("status.*found ([0-9]{3})$");
  private static final String ALL = "all";

  private final Path folder;
  private final LogFileData data;

  private Results(Path folder, LogFileData data) {
    this.folder = folder;
    this.data = data;
  }

  /**
   * Reads the newest.
   *
   * @param reports where Gatling made its folder
   * @param prefix of the folder's name
   */
  static Results newest(Path reports, String prefix) throws IOException {
    try (Stream<Path> folders = Files.list(reports)) {
      Path folder =
          folders
              .filter(found -> found.getFileName().toString().startsWith(prefix + "-"))
              .max(Comparator.naturalOrder())
              .orElseThrow(() -> new IOException("Gatling left nothing in " + reports));
      return new Results(
          folder,
          LogFileReader.apply(folder.getFileName().toString(), reports, GatlingConfiguration.load())
              .read());
    }
  }

  /** The report to look at. */
  Path page() {
    return folder.resolve("index.html");
  }

  /**
   * A line a name of a request and one for all.
   *
   * @param seconds the run took, for the rates
   */
  String table(double seconds) {
    List<String> names = new ArrayList<>();
    for (StatsPath path : CollectionConverters.asJava(data.statsPaths())) {
      if (path instanceof RequestStatsPath request) {
        names.add(request.request());
      }
    }
    int width = names.stream().mapToInt(String::length).max().orElse(ALL.length());
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            "%-" + width + "s %9s %9s %7s %7s %7s %7s %7s %9s%n",
            "",
            "requests",
            "ok",
            "ko",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "max ms",
            "req/s"));
    names.forEach(name -> table.append(line(width, name, Option.apply(name), seconds)));
    return table.append(line(width, ALL, Option.empty(), seconds)).toString();
  }

  private String line(int width, String name, Option<String> request, double seconds) {
    Option<GeneralStats> found = data.requestGeneralStats(request, noGroup(), noStatus());
    if (found.isEmpty()) {
      return "";
    }
    GeneralStats stats = found.get();
    Option<GeneralStats> good =
        data.requestGeneralStats(request, noGroup(), Option.apply(Status.apply("OK")));
    long ok = good.isEmpty() ? 0 : good.get().count();
    return String.format(
        Locale.ROOT,
        "%-" + width + "s %9d %9d %7d %7s %7s %7s %7d %9.1f%n",
        name,
        stats.count(),
        ok,
        stats.count() - ok,
        stats.percentile().apply(50.0),
        stats.percentile().apply(95.0),
        stats.percentile().apply(99.0),
        stats.max(),
        stats.count() / seconds);
  }

  /**
   * Requests that failed in another way than by these statuses, a line a way.
   *
   * @param refusals statuses that are all right
   */
  List<String> mistakes(Set<Integer> refusals) {
    List<String> mistakes = new ArrayList<>();
    for (ErrorStats error : CollectionConverters.asJava(data.errors(Option.empty(), noGroup()))) {
      Matcher matcher = FOUND.matcher(error.message());
      if (!matcher.find() || !refusals.contains(Integer.valueOf(matcher.group(1)))) {
        mistakes.add(error.count() + " times: " + error.message());
      }
    }
    return mistakes;
  }

  /** Milliseconds that 95 of a hundred of the failed requests of this name stayed below, or 0. */
  int failedWithin(String name) {
    Option<GeneralStats> failed =
        data.requestGeneralStats(Option.apply(name), noGroup(), Option.apply(Status.apply("KO")));
    return failed.isEmpty() ? 0 : (Integer) failed.get().percentile().apply(95.0);
  }

  private static Option<Group> noGroup() {
    return Option.empty();
  }

  private static Option<Status> noStatus() {
    return Option.empty();
  }
}
