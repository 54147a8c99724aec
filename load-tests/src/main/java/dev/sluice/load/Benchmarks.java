package dev.sluice.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the benchmarks and writes their figures between two marks of a Markdown page. */
public final class Benchmarks {
  private static final String ALL = ".*";

  private Benchmarks() {}

  /**
   * @param args the page, and a regular expression of what to run; the page is only written when
   *     everything was run
   */
  public static void main(String[] args) throws RunnerException, IOException {
    Options options =
        new OptionsBuilder()
            .include(args[1])
            .mode(Mode.AverageTime)
            .timeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
            .warmupIterations(4)
            .warmupTime(TimeValue.milliseconds(500))
            .measurementIterations(5)
            .measurementTime(TimeValue.milliseconds(400))
            .forks(3)
            .addProfiler(GCProfiler.class)
            .build();
    String figures = figures(options);
    if (Pattern.compile(args[1]).matcher(RoundTrips.class.getSimpleName()).find()) {
      String said = RoundTrips.measured();
      System.out.print(said);
      figures += "\n" + said;
    }
    if (args[1].equals(ALL)) {
      Pages.write(Path.of(args[0]), "jmh", figures);
    }
  }

  private static String figures(Options options) throws RunnerException {
    try {
      return table(new Runner(options).run());
    } catch (NoBenchmarksException others) { // only what is not measured by JMH was asked for
      return "";
    }
  }

  private static String table(Collection<RunResult> results) {
    StringBuilder out = new StringBuilder();
    out.append(Pages.machine()).append(".\n\n");
    out.append("| what | ns each | from - to | bytes allocated |\n|---|---:|---:|---:|\n");
    for (RunResult result : results) {
      Result<?> time = result.getPrimaryResult();
      Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
      out.append(
          "| %s | %s | %s - %s | %s |%n"
              .formatted(
                  name(result.getParams()),
                  figure(time.getStatistics().getPercentile(50)),
                  figure(time.getStatistics().getMin()),
                  figure(time.getStatistics().getMax()),
                  bytes == null ? "" : figure(bytes.getScore())));
    }
    return out.toString();
  }

  private static String name(BenchmarkParams params) {
    String[] parts = params.getBenchmark().split("\\.", -1);
    String name = parts[parts.length - 2].replace("Benchmark", "") + " " + parts[parts.length - 1];
    StringBuilder given = new StringBuilder();
    params
        .getParamsKeys()
        .forEach(key -> given.append(", ").append(params.getParam(key)).append(' ').append(key));
    return name + given;
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
  }
}
