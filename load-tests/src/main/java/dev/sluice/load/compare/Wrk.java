package dev.sluice.load.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As many requests as can be, by wrk: 64 connections, each of which asks again when answered. */
public final class Wrk {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ([\\d.]+)(m?s)");
  private static final Pattern WRONG = Pattern.compile("Non-2xx|Socket errors.*[1-9]");

  private Wrk() {}

  /** What came of it. */
  public record Outcome(long requests, double seconds) {
    public double perSecond() {
      return requests / seconds;
    }
  }

  static Outcome run(Contender contender, int seconds) throws IOException, InterruptedException {
    return run(contender, seconds, null);
  }

  /**
   * Asks for some seconds.
   *
   * @param script in Lua, what is asked; null for a plain GET
   * @param args of the script
   * @throws IllegalStateException when an answer was an error, or did not come within 5 s
   */
  public static Outcome run(Contender contender, int seconds, Path script, String... args)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("wrk", "-t1", "-c64", "-d" + seconds + "s", "--timeout", "5s"));
    if (!contender.header().isEmpty()) {
      command.addAll(List.of("-H", contender.header()));
    }
    if (script != null) {
      command.addAll(List.of("-s", script.toString()));
    }
    command.add("http://127.0.0.1:" + contender.port() + contender.path());
    command.addAll(List.of(args));
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
