package dev.sluice.load.platform;

import dev.sluice.load.CostProcess;
import dev.sluice.load.Figures;
import dev.sluice.load.compare.Servers;
import dev.sluice.load.compare.Started;
import dev.sluice.load.compare.Warming;
import dev.sluice.load.platform.Table.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Thousands of WebSockets through the gateway to a service that sends all of them a text, and the
 * next when all clients have it. Each text passes through the gateway once for each client: the
 * gateway does not spread it, as a WebSocket API of its own would.
 */
final class Sockets implements Measurement {
  private static final Column CLIENTS = new Column("clients", 0);
  private static final Column PER_SECOND = new Column("texts/s", 0);
  private static final Column MICROS = new Column("CPU us/text", 2);
  private static final Column P50 = new Column("p50 ms", 1);
  private static final Column P99 = new Column("p99 ms", 1);
  private static final Column MEGABYTES = new Column("RSS MB", 0);
  private static final String ROW = "through the gateway";
  private static final int MOST = 5_000;
  private static final int OTHER_FILES = 1_000;
  private static final Pattern OPEN_FILES = Pattern.compile("Max open files +(\\d+)");
  private static final double MEGA = 1024 * 1024;

  private final Servers servers;
  private final Table table =
      new Table("WebSockets", CLIENTS, PER_SECOND, MICROS, P50, P99, MEGABYTES);

  /**
   * What came of some seconds.
   *
   * @param p50 of the clients of a text, in ms after it was sent; of all texts the median
   */
  private record Outcome(double perSecond, double micros, double p50, double p99) {}

  Sockets(Servers servers) {
    this.servers = servers;
  }

  @Override
  public Table run(int rounds, int seconds) throws IOException, InterruptedException {
    int clients = clients();
    try (CostProcess service = side("service");
        CostProcess listeners = side("listeners");
        Started node = node(service.port())) {
      int port = servers.port("sockets", node);
      say(listeners, "open " + port + " " + clients, "open");
      Platform.progress("%,d WebSockets are open", clients);
      Warming.of(
          "sockets",
          Warming.MOST,
          () -> send(node, service, listeners, clients, seconds).perSecond());
      for (int round = 1; round <= rounds; round++) {
        add(send(node, service, listeners, clients, seconds), node, clients);
      }
    }
    return table;
  }

  /** Each takes two files of the gateway. */
  private static int clients() throws IOException {
    Matcher limit = OPEN_FILES.matcher(Files.readString(Path.of("/proc/self/limits")));
    int files = limit.find() ? Integer.parseInt(limit.group(1)) : 2 * MOST + OTHER_FILES;
    return Math.min(MOST, (files - OTHER_FILES) / 2);
  }

  private static CostProcess side(String role) {
    return new CostProcess("", List.of("-Xmx512m"), Map.of(), SocketSide.class, role);
  }

  private Started node(int service) throws IOException {
    return servers.node(
        "sockets",
        Map.of("SLUICE_EDGE_CONNECTIONS_PER_ADDRESS", "20000"),
        """
        upstreams:
          service: {targets: [{url: "http://127.0.0.1:%d"}], pool: {size: %d}}
        routes:
          live: {match: {paths: ["/live"]}, upstream: service, tier_limits: false}
        """
            .formatted(service, MOST));
  }

  /** One text after the other to all of them, for so many seconds. */
  private static Outcome send(
      Started node, CostProcess service, CostProcess listeners, int clients, int seconds) {
    Figures p50 = new Figures();
    Figures p99 = new Figures();
    long cpu = node.cpuMicros();
    long begun = System.nanoTime();
    double passed = 0;
    while (passed < seconds) {
      say(listeners, "expect", "expecting");
      say(service, "send", Integer.toString(clients));
      String[] got = listeners.ask("await").split(" ", -1);
      if (got.length != 2) {
        throw new IllegalStateException(
            "not all WebSockets had the text: " + String.join(" ", got));
      }
      p50.add(Double.parseDouble(got[0]) / 1e6);
      p99.add(Double.parseDouble(got[1]) / 1e6);
      passed = (System.nanoTime() - begun) / 1e9;
    }
    double all = (double) p50.all().size() * clients;
    return new Outcome(all / passed, (node.cpuMicros() - cpu) / all, p50.median(), p99.median());
  }

  private void add(Outcome outcome, Started node, int clients) {
    table.add(ROW, CLIENTS, clients);
    table.add(ROW, PER_SECOND, outcome.perSecond());
    table.add(ROW, MICROS, outcome.micros());
    table.add(ROW, P50, outcome.p50());
    table.add(ROW, P99, outcome.p99());
    table.add(ROW, MEGABYTES, node.resident() / MEGA);
    Platform.progress(
        "sockets: %,.0f texts/s, %.2f us each, p99 %.1f ms",
        outcome.perSecond(), outcome.micros(), outcome.p99());
  }

  private static void say(CostProcess to, String what, String answer) {
    String said = to.ask(what);
    if (!said.equals(answer)) {
      throw new IllegalStateException("'" + what + "' was answered with '" + said + "'");
    }
  }
}
