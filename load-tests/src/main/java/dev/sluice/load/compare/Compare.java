package dev.sluice.load.compare;

import static dev.sluice.load.compare.Measured.What;

import dev.sluice.load.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Sluice beside what people would pick instead, on the same work, the same upstream and the same
 * cores, in one run: see {@link House}. Rounds go through all of them in turn, so that whatever
 * else the machine does meets all alike.
 */
public final class Compare {
  private static final int CONNECTIONS = 64;
  private static final int WARM_SECONDS = 2;
  private static final double MEGA = 1024 * 1024;

  private final int rounds;
  private final int seconds;

  private Compare(int rounds, int seconds) {
    this.rounds = rounds;
    this.seconds = seconds;
  }

  /**
   * @param args {@code --rounds}, {@code --seconds} of each measurement, and {@code --only}, a
   *     regular expression of whom to compare, each with its value; the page is only written for
   *     all. Run in the root of the repository.
   */
  public static void main(String[] args) throws Exception {
    Script.follow();
    Options options = Options.of("compare", Contender.NAMES, args);
    Compare compare = new Compare(options.rounds(), options.seconds());
    Path root = Path.of("").toAbsolutePath();
    Map<String, Measured> measured =
        Ending.during(root, servers -> compare.run(chosen(new House(servers), options)))
            .orElse(null);
    if (measured == null) {
      return;
    }
    Report report = new Report(measured, compare.rounds, compare.seconds);
    System.out.print(report.tables());
    if (options.all()) {
      report.write(root);
      System.out.println("\nwritten to docs/performance.md and docs/performance/");
    }
  }

  private static List<Contender> chosen(House house, Options options)
      throws IOException, InterruptedException {
    List<Contender> all = new ArrayList<>();
    all.add(house.nginx());
    all.add(house.haproxy());
    List<Contender> ours = house.sluice();
    if (options.has(Contender.SPRING)) {
      all.add(house.spring(false));
    }
    if (options.has(Contender.SPRING_LIMITER)) {
      all.add(house.spring(true));
    }
    all.addAll(ours);
    return all.stream().filter(one -> options.has(one.name())).toList();
  }

  private Map<String, Measured> run(List<Contender> contenders)
      throws IOException, InterruptedException {
    Map<String, Measured> measured = new LinkedHashMap<>();
    for (Contender contender : contenders) {
      measured.put(contender.name(), new Measured());
      warm(contender);
    }
    for (int round = 1; round <= rounds; round++) {
      for (Contender contender : contenders) {
        measure(contender, measured.get(contender.name()), round);
      }
    }
    return measured;
  }

  private static void warm(Contender contender) throws IOException, InterruptedException {
    boolean compiled = contender.server().allocated() < 0; // which no JVM is from the beginning
    Warming.of(
        contender.name(),
        compiled ? 1 : Warming.MOST,
        () -> Wrk.run(contender, WARM_SECONDS).perSecond());
  }

  private void measure(Contender contender, Measured into, int round)
      throws IOException, InterruptedException {
    Started server = contender.server();
    long allocated = server.allocated();
    long cpu = server.cpuMicros(); // after it, because to be asked costs too
    Wrk.Outcome most = Wrk.run(contender, seconds);
    into.add(What.MICROS, (server.cpuMicros() - cpu) / (double) most.requests());
    into.add(What.PER_SECOND, most.perSecond());
    if (allocated >= 0) {
      into.add(What.BYTES, (server.allocated() - allocated) / (double) most.requests());
    }
    double limit = into.median(What.PER_SECOND);
    OpenClients.Outcome half = open(contender, 0.5 * limit);
    into.add(What.HALF_P50, half.millis(50));
    into.add(What.HALF_P99, half.millis(99));
    into.add(What.HALF_P999, half.millis(99.9));
    OpenClients.Outcome high = open(contender, 0.7 * limit);
    into.add(What.HIGH_P50, high.millis(50));
    into.add(What.HIGH_P99, high.millis(99));
    into.add(What.HIGH_P999, high.millis(99.9));
    into.add(What.MEGABYTES, server.resident() / MEGA);
    say(
        "round %d of %d, %s: %.1f us, %,.0f requests/s, p99 %.2f ms at 70 %%",
        round,
        rounds,
        contender.name(),
        into.all(What.MICROS).get(round - 1),
        most.perSecond(),
        high.millis(99));
  }

  private OpenClients.Outcome open(Contender contender, double perSecond) throws IOException {
    try (OpenClients clients =
        new OpenClients(CONNECTIONS, contender.port(), contender.path(), contender.header())) {
      OpenClients.Outcome outcome = clients.run(perSecond, seconds);
      if (outcome.failed() > 0) {
        say("%s: %d requests were not answered", contender.name(), outcome.failed());
      }
      return outcome;
    }
  }

  private static void say(String format, Object... values) {
    System.err.println(String.format(Locale.ROOT, format, values));
  }
}
