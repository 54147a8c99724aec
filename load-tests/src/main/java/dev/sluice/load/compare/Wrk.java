package dev.sluice.load.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As many requests as can be, by wrk: 64 connections, each of which asks again when answered. */
final class Wrk {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ([\\d.]+)(m?s)");
  private static final Pattern WRONG = Pattern.compile("Non-2xx|Socket errors.*[1-9]");

  private Wrk() {}

  /** What came of it. */
  record Outcome(long requests, double seconds) {
    double perSecond() {
      return requests / seconds;
    }
  }

  static Outcome run(Contender contender, int seconds) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("wrk", "-t1", "-c64", "-d" + seconds + "s", "--timeout", "5s"));
    if (!contender.header().isEmpty()) {
      command.addAll(List.of("-H", contender.header()));
    }
    command.add("http://127.0.0.1:" + contender.port() + contender.path());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher requests = REQUESTS.matcher(said);
    if (process.waitFor() != 0 || !requests.find() || WRONG.matcher(said).find()) {
      throw new IllegalStateException(contender.name() + " failed under wrk:\n" + said);
    }
    double unit = requests.group(3).equals("s") ? 1 : 1e-3;
    return new Outcome(
        Long.parseLong(requests.group(1)), Double.parseDouble(requests.group(2)) * unit);
  }
}
